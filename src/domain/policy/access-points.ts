import { accountOfArn } from './arns.ts';
import { accountsDelegatedTo, outsideGrants, type OutsideStatement } from './bucket-access.ts';
import type { Perimeter } from './perimeter.ts';
import type { AccessPointFacts, BucketFacts } from '../findings/bucket-facts.ts';

/** An access point whose policy names somebody outside. */
export interface OpenAccessPoint {
  accessPoint: AccessPointFacts;
  statements: OutsideStatement[];
  /**
   * Whether the bucket lets such requests through: an outsider needs both policies, and one that names nobody outside and
   * leaves nothing to access points stops them.
   */
  reaches: boolean;
}

/** Whom the access points of the bucket let in, beside its own policy (S87, S101). `key`: only objects that it covers. */
export function openAccessPoints(
  bucket: Pick<BucketFacts, 'accessPoints' | 'policy' | 'acl'>,
  perimeter: Perimeter,
  key?: string,
): OpenAccessPoint[] {
  const { policy, acl, accessPoints = [] } = bucket;
  const delegated = accountsDelegatedTo(bucket);
  const bucketLetsIn = outsideGrants({ policy, acl: null }, perimeter).statements.length > 0;
  return accessPoints.flatMap((accessPoint) => {
    const objectArn = key === undefined ? undefined : `${accessPoint.arn}/object/${key}`;
    // The owner's canonical id stands in the bucket's ACL alone.
    const { statements } = outsideGrants({ policy: accessPoint.policy ?? null, acl }, perimeter, objectArn);
    const account = accountOfArn(accessPoint.arn) ?? '';
    return statements.length === 0
      ? []
      : [{ accessPoint, statements, reaches: bucketLetsIn || delegated.includes(account) }];
  });
}

/** Why the bucket's access points are not known; none is an answer. */
export function unlistedAccessPoints({ accessPoints, gaps }: BucketFacts): string | null {
  if (accessPoints) return null;
  const gap = gaps.find(({ what }) => what === 'access points');
  return gap ? `${gap.what}: ${gap.why}` : 'the access points of the bucket were not read';
}

/** Why access points may let somebody in whom nobody has seen, or null: a bucket that leaves nothing to them hides nothing. */
export function accessPointGap(bucket: BucketFacts, { account }: Perimeter): string | null {
  const delegated = accountsDelegatedTo(bucket);
  if (delegated.length === 0) return null;
  const gap = bucket.gaps.find(({ what }) => /access points?\b/.test(what));
  if (gap) return `${gap.what}: ${gap.why}`;
  const unlisted = unlistedAccessPoints(bucket);
  if (unlisted !== null) return unlisted;
  const others = delegated.filter((one) => one !== account);
  return others.length === 0 ? null : `access points of account ${others.join(', ')} were not looked at`;
}
