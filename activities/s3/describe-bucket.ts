import {
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketReplicationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Answer } from '../../src/domain/findings/evidence.ts';
import type { BucketFacts, Gap } from '../../src/domain/findings/facts.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { parsePolicy } from '../../src/domain/policy/policy-document.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, isFailure, isNotFound, orGap, unlessAbsent } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import { tagsOf } from '../aws/protected-tags.ts';
import type { S3Observe } from './contract.ts';
import { describeAccessPoints } from './access-points.ts';
import { replicationFacts, replicationOf } from './replication.ts';
import { aclFacts, isPublicGrant } from './bucket-acl.ts';

type DescribedBucket = Parameters<S3Observe['describeBucket']>[0];

/** Everything about one bucket at once; each part that S3 refuses becomes a gap. */
export async function describeBucket(
  clients: AwsClients,
  { bucket, exportStart, ourAccounts = [], ...place }: DescribedBucket,
): Promise<BucketFacts> {
  const s3 = clients.s3(place);
  const gaps: Gap[] = [];
  const part = <T, O>(what: string, otherwise: O, read: () => Promise<T>): Promise<T | O> =>
    orGap(gaps, `bucket ${what}`, otherwise, aws(`reading the ${what} of bucket ${bucket}`, read));
  /** For parts that a bucket may not have. */
  const optional = <T, O>(what: string, otherwise: O, none: T, read: () => Promise<T>): Promise<T | O> =>
    part(what, otherwise, () => unlessAbsent(aws(`reading the ${what} of bucket ${bucket}`, read), none));
  const Bucket = bucket;

  const owner = await ownership(s3, bucket, place.accountId, gaps);
  if (owner === 'gone') {
    gaps.push({ what: 'bucket', why: `${failureTypes.notFound}: there is no bucket ${bucket}` });
    return { ...nothingKnown(bucket), gaps };
  }
  const [
    location,
    policy,
    acl,
    controls,
    block,
    policyIsPublic,
    logging,
    versioning,
    tags,
    replication,
    accessPoints,
    onlyExport,
  ] = await Promise.all([
    part('location', null, () => s3.send(new GetBucketLocationCommand({ Bucket }))),
    optional('policy', null, null, async () => {
      const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
      return Policy ? parsePolicy(Policy) : null;
    }),
    part('ACL', null, async () => aclFacts(await s3.send(new GetBucketAclCommand({ Bucket })))),
    optional('ownership controls', null, null, async () => {
      const { OwnershipControls } = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }));
      return OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? null;
    }),
    optional('public access block', null, {}, async () => {
      const answer = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
      return { ...answer.PublicAccessBlockConfiguration };
    }),
    optional('policy status', null, false, async () => {
      const { PolicyStatus } = await s3.send(new GetBucketPolicyStatusCommand({ Bucket }));
      return PolicyStatus?.IsPublic ?? null;
    }),
    part('logging', null, async () => {
      const { LoggingEnabled } = await s3.send(new GetBucketLoggingCommand({ Bucket }));
      if (!LoggingEnabled) return null;
      return { bucket: LoggingEnabled.TargetBucket ?? '', prefix: LoggingEnabled.TargetPrefix ?? '' };
    }),
    part('versioning', null, async () => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status),
    optional('tags', null, {}, async () => tagsOf((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet)),
    optional('replication', undefined, null, async () => {
      const { ReplicationConfiguration } = await s3.send(new GetBucketReplicationCommand({ Bucket }));
      if (!ReplicationConfiguration) return null;
      return replicationFacts(clients, replicationOf(ReplicationConfiguration), place, ourAccounts);
    }),
    orGap(
      gaps,
      'access points',
      undefined,
      describeAccessPoints(clients.s3control(place), place.accountId, bucket, gaps),
    ),
    exportStart === undefined
      ? undefined
      : part('contents', 'unknown' as const, () => holdsOnly(s3, bucket, exportStart)),
  ]);

  const byAcl = acl === null ? null : acl.grants.some(isPublicGrant);
  return {
    bucket,
    ownedByAccount: owner,
    ...given({ region: location ? regionOf(location.LocationConstraint) : undefined }),
    policy,
    acl,
    ownership: controls,
    publicAccessBlock: block && Object.keys(block).length > 0 ? (block as Record<string, boolean>) : null,
    // A block that could not be read is taken for none: unknown never lowers.
    public: either(block?.RestrictPublicBuckets ? false : policyIsPublic, block?.IgnorePublicAcls ? false : byAcl),
    logging,
    versioning: versioning === 'Enabled',
    ...(tags && Object.keys(tags).length > 0 ? { tags } : {}),
    ...given({ replication, accessPoints, onlyExport }),
    gaps,
  };
}

const nothingKnown = (bucket: string): Omit<BucketFacts, 'gaps'> => ({
  bucket,
  ownedByAccount: 'unknown',
  policy: null,
  acl: null,
  ownership: null,
  publicAccessBlock: null,
  public: 'unknown',
  logging: null,
  versioning: false,
});

/** The export service leaves this behind, in every bucket that it may write to. */
const writeVerification = 'vmimportexport_write_verification';

/** One page decides: a bucket of more keys, all of them the export's, is none that a service has written. */
async function holdsOnly(s3: S3Client, bucket: string, start: string): Promise<Answer> {
  const { Contents = [], IsTruncated } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  const others = Contents.some(({ Key = '' }) => !Key.startsWith(start) && Key !== writeVerification);
  return others ? 'no' : IsTruncated ? 'unknown' : 'yes';
}

function either(one: boolean | null, other: boolean | null): Answer {
  if (one === true || other === true) return 'yes';
  return one === null || other === null ? 'unknown' : 'no';
}

/** Empty for us-east-1, and `EU` for buckets that are older than the second European Region. */
const regionOf = (constraint: string | undefined): string =>
  constraint === undefined || constraint === '' ? 'us-east-1' : constraint === 'EU' ? 'eu-west-1' : constraint;

/**
 * Whether the bucket is the account's own. S3 refuses a wrong expected owner and a missing permission alike, so a
 * refusal is settled by the account's own list of buckets.
 */
async function ownership(s3: S3Client, bucket: string, accountId: string, gaps: Gap[]): Promise<Answer | 'gone'> {
  const asked = { Bucket: bucket, ExpectedBucketOwner: accountId };
  const what = `reading the owner of bucket ${bucket}`;
  try {
    await aws(what, () => s3.send(new HeadBucketCommand(asked)));
    return 'yes';
  } catch (error) {
    if (isNotFound(error)) return 'gone';
    if (!isFailure(error, failureTypes.accessDenied)) throw error;
  }
  const listing = aws(what, () => s3.send(new ListBucketsCommand({ Prefix: bucket })));
  const own = await orGap(gaps, 'bucket owner', null, listing);
  if (!own) return 'unknown';
  return own.Buckets?.some(({ Name }) => Name === bucket) ? 'yes' : 'no';
}
