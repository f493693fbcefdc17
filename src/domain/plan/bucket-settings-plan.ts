import { bucketArn } from '../policy/arns.ts';
import { aclGap } from '../policy/bucket-access.ts';
import { sid } from '../acts/created-names.ts';
import { perimeterOf } from '../policy/perimeter.ts';
import type { PlannedAction } from './plan.ts';
import { actBase, changeableBucket, exportArn, type PlanInput, type Proposal } from './planning.ts';
import { whyNotOpen } from '../findings/why-not-open.ts';
import { asJson } from '../json.ts';
import type { BucketFacts, PublicAccessBlock } from '../findings/bucket-facts.ts';

/** Blocks everything; what AWS leaves out is off. */
const blocked: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

const gapOf = ({ gaps }: BucketFacts, what: string): string | undefined =>
  gaps.find((gap) => gap.what === `bucket ${what}`)?.why;

/**
 * The public access block, on top of denies and removed grants (S95, S103) and never instead of them: it keeps nobody out
 * whom a policy or an ACL names. Removals come before it, for S3 then refuses a policy that is still public.
 */
export function blockPublicAccess(input: PlanInput, others: Proposal[]): Proposal {
  const what = 'block-public-access';
  const found = changeableBucket(input);
  if ('why' in found) return { what, why: found.why };
  const { bucket } = found;
  const why = whyNotBlocked(input, bucket);
  if (why !== null) return { what, why };
  const planned = others.flatMap((proposal) => ('input' in proposal ? [proposal.id] : []));
  const denies = planned.includes('deny-export-reads') || isDenied(input, bucket);
  if (!denies)
    return { what, why: 'it keeps out nobody who is named: without a deny of reads it would contain nothing' };
  const before = bucket.publicAccessBlock;
  return {
    id: what,
    title: `Block public access to bucket ${bucket.bucket}`,
    sources: ['S95', 'S103'],
    target: bucketArn(input.alert.region, bucket.bucket),
    calls: ['s3:PutPublicAccessBlock'],
    before: asJson(before),
    after: asJson(blocked),
    reversible: true,
    undo: before ? 'puts the block back as it was' : 'deletes the block',
    mayBreak: [
      'everybody who reads the bucket without an account, also what is public on purpose',
      'it keeps out nobody whom the policy or the ACL names',
    ],
    requires: removals.filter((id) => planned.includes(id)),
    input: { act: 'setPublicAccessBlock', ...actBase(input), bucket: bucket.bucket, before, after: blocked },
  };
}

const removals = ['deny-export-reads', 'remove-outside-grants', 'remove-outside-acl-grants'];

const isDenied = ({ incidentKey }: PlanInput, { policy }: BucketFacts): boolean =>
  policy?.Statement.some(({ Sid }) => Sid === sid(incidentKey, 'DenyExportReads')) ?? false;

function whyNotBlocked(input: PlanInput, bucket: BucketFacts): string | null {
  const gap = gapOf(bucket, 'public access block');
  if (gap !== undefined) return `whether the bucket blocks public access is not known: ${gap}`;
  const now = bucket.publicAccessBlock ?? {};
  if (Object.keys(blocked).every((setting) => now[setting] === true)) return 'the bucket blocks public access already';
  const perimeter = perimeterOf(input.alert, input.policy);
  const found = [bucket, ...(input.foundBucket ? [input.foundBucket] : [])];
  const reasons = found.map((one) => whyNotOpen(one, perimeter, exportArn(input)));
  return reasons.includes(null) ? null : (reasons[0] ?? null);
}

const ownershipCalls = ['PutBucketOwnershipControls', 'DeleteBucketOwnershipControls'];

/**
 * Ownership enforced (S103, S112), where the trail shows that it was changed around the export: a bucket without ACLs
 * cannot receive instance exports at all. S3 refuses it while the ACL names others, and nobody is to lose a grant unsaid.
 */
export function enforceOwnership(input: PlanInput, others: Proposal[]): Proposal {
  const what = 'enforce-ownership';
  if (input.policy.enforceOwnership !== true) {
    return { what, why: 'the policy leaves ownership as it is (enforceOwnership: false)' };
  }
  const found = changeableBucket(input);
  if ('why' in found) return { what, why: found.why };
  const { bucket } = found;
  const why = whyNotEnforced(input, bucket, others);
  if (why !== null) return { what, why };
  const { ownership: before } = bucket;
  const removal = others.find((proposal) => 'input' in proposal && proposal.id === aclRemoval);
  return {
    id: what,
    title: `Enforce bucket ownership on ${bucket.bucket} again: without ACLs`,
    sources: ['S103', 'S112', 'S114', 'S124'],
    target: bucketArn(input.alert.region, bucket.bucket),
    calls: ['s3:PutBucketOwnershipControls'],
    before,
    after: 'BucketOwnerEnforced',
    reversible: true,
    undo: before ? `sets it to ${before} again` : 'deletes the setting',
    mayBreak: [
      'every further export of an instance into this bucket, authorised ones too',
      'whoever reads or writes single objects through their ACLs, and other accounts that own objects here',
    ],
    ...(removal ? { requires: [aclRemoval] } : {}),
    input: {
      act: 'setBucketOwnership',
      ...actBase(input),
      bucket: bucket.bucket,
      before,
      after: 'BucketOwnerEnforced',
    },
  };
}

const aclRemoval = 'remove-service-acl-grant';

function whyNotEnforced(input: PlanInput, bucket: BucketFacts, others: Proposal[]): string | null {
  const gap = gapOf(bucket, 'ownership controls');
  if (gap !== undefined) return `who owns objects in the bucket is not known: ${gap}`;
  if (bucket.ownership === 'BucketOwnerEnforced') return 'ownership is enforced';
  const { bucketTrail = null } = input;
  if (!bucketTrail) return "the bucket's trail was not read: whether ownership was changed is not known";
  const changed = bucketTrail.events.some(
    ({ eventName, errorCode }) => ownershipCalls.includes(eventName) && errorCode === undefined,
  );
  if (!changed) return `nobody changed it between ${bucketTrail.from} and ${bucketTrail.to}, as far as the trail tells`;
  if (!bucket.acl) return aclGap(bucket);
  const left = grantsLeft(bucket.acl, others);
  return left.length === 0 ? null : `the ACL still names ${left.join(', ')}: move that to the policy first`;
}

/** Who keeps a grant beside the owner, once the plan has removed what it removes. */
function grantsLeft(acl: NonNullable<BucketFacts['acl']>, others: Proposal[]): string[] {
  const removing = others.flatMap((proposal): PlannedAction['input'][] =>
    'input' in proposal && proposal.id === aclRemoval ? [proposal.input] : [],
  );
  const [removal] = removing;
  const { ownerId, grants } = removal?.act === 'replaceBucketAcl' ? removal.after : acl;
  const foreign = grants.filter(({ grantee }) => grantee.id !== ownerId);
  return [...new Set(foreign.map(({ grantee }) => grantee.uri ?? grantee.id ?? grantee.email ?? 'somebody'))];
}
