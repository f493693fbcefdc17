import { accessPointGap, openAccessPoints } from '../policy/access-points.ts';
import { aclGap, outsideGrants, policyGap } from '../policy/bucket-access.ts';
import type { Perimeter } from '../policy/perimeter.ts';
import type { BucketFacts } from './bucket-facts.ts';

/** Why nobody outside can read the export or open it, as far as that is known; null: somebody can. */
export function whyNotOpen(bucket: BucketFacts, perimeter: Perimeter, objectArn?: string): string | null {
  const { statements, grants } = outsideGrants(bucket, perimeter, objectArn);
  const withAcls = bucket.ownership !== 'BucketOwnerEnforced';
  const open =
    bucket.public === 'yes' ||
    statements.some(({ canRead, canChangeAccess }) => canRead || canChangeAccess) ||
    openAccessPoints(bucket, perimeter).some(
      ({ reaches, statements: theirs }) => reaches && theirs.some((one) => one.canRead),
    ) ||
    (withAcls && grants.some(({ canRead }) => canRead));
  if (open) return null;
  const gap = policyGap(bucket) ?? (withAcls ? aclGap(bucket) : null) ?? accessPointGap(bucket, perimeter);
  return gap === null ? 'nobody outside can read the export' : `whether outsiders can read it is not known: ${gap}`;
}
