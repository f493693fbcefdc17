import {
  DeleteAccessPointPolicyCommand,
  GetAccessPointPolicyCommand,
  GetAccessPointPolicyStatusCommand,
  paginateListAccessPoints,
  PutAccessPointPolicyCommand,
  type AccessPoint,
  type S3ControlClient,
} from '@aws-sdk/client-s3-control';
import type { SetAccessPointPolicy } from '../../src/domain/acts/acts.ts';
import type { Answer } from '../../src/domain/findings/evidence.ts';
import { parsePolicy, type PolicyDocument } from '../../src/domain/policy/policy-document.ts';
import { aws, isNoSuchAccessPoint, isNotFound, orGap, unlessAbsent } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import type { AccessPointFacts } from '../../src/domain/findings/bucket-facts.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

/** Each takes two calls; an account may have ten thousand. */
const mostRead = 50;

/** The access points that the bucket's own account has made; other accounts' are theirs, and not listed. */
export async function describeAccessPoints(
  s3control: S3ControlClient,
  accountId: string,
  bucket: string,
  gaps: Gap[],
): Promise<AccessPointFacts[]> {
  const listed: AccessPoint[] = [];
  await aws(`listing the access points of bucket ${bucket}`, async () => {
    const question = { AccountId: accountId, Bucket: bucket };
    for await (const page of paginateListAccessPoints({ client: s3control }, question)) {
      listed.push(...(page.AccessPointList ?? []));
      if (listed.length > mostRead) break;
    }
  });
  if (listed.length > mostRead) {
    gaps.push({ what: 'access points', why: `more than ${mostRead} of them: only that many were looked at` });
  }
  return Promise.all(
    listed.slice(0, mostRead).map(async ({ Name: name = '', AccessPointArn: arn = '', VpcConfiguration }) => {
      const named = { AccountId: accountId, Name: name };
      const [policy, isPublic] = await Promise.all([
        orGap(gaps, `policy of access point ${name}`, undefined, policyOf(s3control, named)),
        orGap(gaps, `policy status of access point ${name}`, 'unknown' as const, publicOf(s3control, named)),
      ]);
      return { name, arn, ...given({ vpcId: VpcConfiguration?.VpcId, policy }), public: isPublic };
    }),
  );
}

interface Named {
  AccountId: string;
  Name: string;
}

/** null: it has none. */
function policyOf(s3control: S3ControlClient, named: Named): Promise<PolicyDocument | null> {
  const reading = aws(`reading the policy of access point ${named.Name}`, async () => {
    const { Policy } = await s3control.send(new GetAccessPointPolicyCommand(named));
    return Policy === undefined ? null : parsePolicy(Policy);
  });
  return unlessAbsent(reading, null);
}

function publicOf(s3control: S3ControlClient, named: Named): Promise<Answer> {
  const reading = aws(`reading the policy status of access point ${named.Name}`, async (): Promise<Answer> => {
    const { PolicyStatus } = await s3control.send(new GetAccessPointPolicyStatusCommand(named));
    return PolicyStatus?.IsPublic === undefined ? 'unknown' : PolicyStatus.IsPublic ? 'yes' : 'no';
  });
  return unlessAbsent(reading, 'no');
}

/** `gone`: there is no such access point; null: it has no policy. */
export async function readAccessPointPolicy(
  s3control: S3ControlClient,
  { accountId, accessPoint }: SetAccessPointPolicy,
): Promise<PolicyDocument | null | 'gone'> {
  try {
    return await aws(`reading the policy of access point ${accessPoint}`, async () => {
      const named = { AccountId: accountId, Name: accessPoint };
      const { Policy } = await s3control.send(new GetAccessPointPolicyCommand(named));
      return Policy === undefined ? null : parsePolicy(Policy);
    });
  } catch (error) {
    if (isNoSuchAccessPoint(error)) return 'gone';
    if (isNotFound(error)) return null;
    throw error;
  }
}

export const writeAccessPointPolicy = (
  s3control: S3ControlClient,
  { accountId, accessPoint, after }: SetAccessPointPolicy,
): Promise<unknown> =>
  aws<unknown>(`writing the policy of access point ${accessPoint}`, () => {
    const named = { AccountId: accountId, Name: accessPoint };
    return after
      ? s3control.send(new PutAccessPointPolicyCommand({ ...named, Policy: JSON.stringify(after) }))
      : s3control.send(new DeleteAccessPointPolicyCommand(named));
  });
