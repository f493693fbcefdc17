import {
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketReplicationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Answer } from '../../src/domain/findings/evidence.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { parsePolicy } from '../../src/domain/policy/policy-document.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, orGap, unlessAbsent } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import { tagsOf } from '../aws/protected-tags.ts';
import type { S3Observe } from './contract.ts';
import { describeAccessPoints } from './access-points.ts';
import { replicationFacts, replicationOf } from './replication.ts';
import { aclFacts, isPublicGrant } from './bucket-acl.ts';
import { encryptionOf } from './bucket-encryption.ts';
import { ownerAmongOurs, ownerAmongStrangers, ownership } from './bucket-owner.ts';
import type { BucketFacts } from '../../src/domain/findings/bucket-facts.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

type DescribedBucket = Parameters<S3Observe['describeBucket']>[0];

/** Everything about one bucket at once; each part that S3 refuses becomes a gap. */
export async function describeBucket(
  clients: AwsClients,
  { bucket, exportStart, ourAccounts = [], partnerAccounts = [], ...place }: DescribedBucket,
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
    encryption,
    othersAccount,
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
    optional('encryption', undefined, null, async () =>
      encryptionOf(await s3.send(new GetBucketEncryptionCommand({ Bucket }))),
    ),
    owner === 'no' ? ownerElsewhere(clients, place, bucket, ourAccounts, partnerAccounts) : undefined,
  ]);

  const byAcl = acl === null ? null : acl.grants.some(isPublicGrant);
  return {
    bucket,
    ownedByAccount: owner,
    ...given({ owner: othersAccount }),
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
    ...given({ replication, accessPoints, onlyExport, encryption }),
    gaps,
  };
}

/** Fewer than all may be asked where an organisation is large: then it stays unknown whose the bucket is. */
const mostAsked = 30;

async function ownerElsewhere(
  clients: AwsClients,
  place: { accountId: string; region: string },
  bucket: string,
  ours: string[],
  partners: string[],
): Promise<string | undefined> {
  const others = ours.filter((account) => account !== place.accountId).slice(0, mostAsked);
  const { account } = await ownerAmongOurs(clients, place.region, bucket, others);
  return account ?? ownerAmongStrangers(clients.s3(place), bucket, partners.slice(0, mostAsked));
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
