import { GetBucketAclCommand, GetBucketPolicyCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type {
  CopyExport,
  DeleteExport,
  EditBucketPolicy,
  ReplaceBucketAcl,
  SetAccessPointPolicy,
  SetBucketOwnership,
  SetBucketReplication,
  SetPublicAccessBlock,
} from '../../src/domain/acts/acts.ts';
import type { ObjectVersion } from '../../src/domain/findings/facts.ts';
import { parsePolicy, type PolicyDocument } from '../../src/domain/policy/policy-document.ts';
import {
  standingOfBucketAcl,
  standingOfBucketPolicy,
  standingOfCopy,
  type CopyState,
} from '../../src/domain/acts/standing.ts';
import { standingOfOwnership, standingOfPublicAccessBlock } from '../../src/domain/acts/standing-of-bucket-settings.ts';
import { standingOfReplication } from '../../src/domain/acts/standing-of-replication.ts';
import { standingOfDeletion } from '../../src/domain/acts/standing-of-deletion.ts';
import { standingOfAccessPointPolicy } from '../../src/domain/acts/standing-of-access-point.ts';
import type { Target } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, isNoSuchBucket, isNotFound, unlessAbsent } from '../aws/failures.ts';
import { aclFacts } from './bucket-acl.ts';
import { readOwnership, readPublicAccessBlock } from './bucket-settings.ts';
import { fullObjectSha256, sha256OfParts } from './checksum.ts';
import { readAccessPointPolicy } from './access-points.ts';
import { readReplication } from './replication.ts';
import { destinationRequest, sourceEtagKey } from './copy-request.ts';
import { listVersions } from './list-versions.ts';
import type {
  BucketAcl,
  BucketFacts,
  PublicAccessBlock,
  ReplicationConfiguration,
} from '../../src/domain/findings/bucket-facts.ts';

export interface CopiedObject extends CopyState {
  etag: string;
  versionId: string | null;
  /** Object Lock, where it holds the object. */
  retention: { mode: string; until: string } | null;
}

export const s3Targets = (clients: AwsClients) => ({
  editBucketPolicy: {
    read: (input) => readBucketPolicy(clients.s3(input), input.bucket, input.accountId),
    compare: standingOfBucketPolicy,
  } satisfies Target<EditBucketPolicy, PolicyDocument | null | 'gone'>,
  replaceBucketAcl: {
    read: (input) => readBucketAcl(clients.s3(input), input.bucket, input.accountId),
    compare: standingOfBucketAcl,
  } satisfies Target<ReplaceBucketAcl, BucketAcl | null>,
  setPublicAccessBlock: {
    read: (input) => readPublicAccessBlock(clients.s3(input), input),
    compare: standingOfPublicAccessBlock,
  } satisfies Target<SetPublicAccessBlock, PublicAccessBlock | null | 'gone'>,
  setBucketOwnership: {
    read: (input) => readOwnership(clients.s3(input), input),
    compare: standingOfOwnership,
  } satisfies Target<SetBucketOwnership, BucketFacts['ownership'] | 'gone'>,
  setBucketReplication: {
    read: (input) => readReplication(clients.s3(input), input),
    compare: standingOfReplication,
  } satisfies Target<SetBucketReplication, ReplicationConfiguration | null | 'gone'>,
  setAccessPointPolicy: {
    read: (input) => readAccessPointPolicy(clients.s3control(input), input),
    compare: standingOfAccessPointPolicy,
  } satisfies Target<SetAccessPointPolicy, PolicyDocument | null | 'gone'>,
  /** Read under the forensics account's own role. */
  copyExport: {
    read: (input) => readCopy(clients.s3(input.destination), input),
    compare: standingOfCopy,
  } satisfies Target<CopyExport, CopiedObject | null>,
  deleteExport: {
    read: (input) => listVersions(clients.s3(input), { ...input.source, accountId: input.accountId }),
    compare: standingOfDeletion,
  } satisfies Target<DeleteExport, ObjectVersion[]>,
});

/** null: the bucket has no policy. */
async function readBucketPolicy(
  s3: S3Client,
  bucket: string,
  accountId: string,
): Promise<PolicyDocument | null | 'gone'> {
  try {
    const request = { Bucket: bucket, ExpectedBucketOwner: accountId };
    const { Policy } = await aws(`reading the policy of bucket ${bucket}`, () =>
      s3.send(new GetBucketPolicyCommand(request)),
    );
    return Policy ? parsePolicy(Policy) : null;
  } catch (error) {
    if (isNoSuchBucket(error)) return 'gone';
    if (isNotFound(error)) return null;
    throw error;
  }
}

/** null: there is no such bucket. */
async function readBucketAcl(s3: S3Client, bucket: string, accountId: string): Promise<BucketAcl | null> {
  const request = { Bucket: bucket, ExpectedBucketOwner: accountId };
  const reading = aws(`reading the ACL of bucket ${bucket}`, () => s3.send(new GetBucketAclCommand(request)));
  const answer = await unlessAbsent(reading, null);
  return answer && aclFacts(answer);
}

/** null: there is no such object. */
export async function readCopy(s3: S3Client, input: CopyExport): Promise<CopiedObject | null> {
  const { bucket, key } = input.destination;
  const reading = aws(`reading the copy s3://${bucket}/${key}`, () =>
    s3.send(new HeadObjectCommand({ ...destinationRequest(input), ChecksumMode: 'ENABLED' })),
  );
  const object = await unlessAbsent(reading, null);
  if (!object) return null;
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = object;
  return {
    size: object.ContentLength ?? 0,
    etag: object.ETag ?? '',
    sourceEtag: object.Metadata?.[sourceEtagKey],
    sha256: fullObjectSha256(object),
    sha256OfParts: sha256OfParts(object),
    versionId: object.VersionId ?? null,
    retention: mode && until ? { mode, until: until.toISOString() } : null,
  };
}
