import {
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { AdminClients } from './admin.ts';
import type { Buckets } from './buckets.ts';
import { serviceRefusal, type ExportTarget } from './service-grant.ts';

/** An error as AWS would answer it. */
export interface Refusal {
  code: string;
  message: string;
}

const invalid = (message: string): Refusal => ({ code: 'InvalidParameter', message });

/** Finds bucket and owner; refuses what is not in the same account and Region, as VM Import/Export documents. */
export async function ownBucket(admin: AdminClients, buckets: Buckets, account: string, target: ExportTarget) {
  const owner = await buckets.owner(target.bucket);
  if (owner === undefined) return invalid(`The bucket ${target.bucket} does not exist.`);
  if (owner !== account) {
    return invalid(
      `The bucket ${target.bucket} belongs to another account. It must be owned by the exporting account.`,
    );
  }
  const region = await bucketRegion(admin.s3(owner), target.bucket);
  if (region !== target.region) {
    return invalid(`The given S3 bucket is not local to the region: ${target.bucket} is in ${region}.`);
  }
  return undefined;
}

/** Refuses a bucket that the exporting service could not write to; undefined if it can. */
export async function writable(s3: S3Client, target: ExportTarget): Promise<Refusal | undefined> {
  if ((await ownership(s3, target.bucket)) === 'BucketOwnerEnforced') {
    return invalid(`The bucket ${target.bucket} enforces bucket owner ownership; ACLs must be enabled for an export.`);
  }
  const encryption = await defaultEncryption(s3, target.bucket);
  if (encryption.startsWith('aws:kms')) {
    return invalid(`The bucket ${target.bucket} is encrypted with SSE-KMS, which exports do not support.`);
  }
  const refusal = await serviceRefusal(s3, target);
  if (refusal === undefined) return undefined;
  return invalid(`Insufficient permissions - please verify bucket ACLs and policy of ${target.bucket}: ${refusal}.`);
}

async function bucketRegion(s3: S3Client, bucket: string): Promise<string> {
  const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket: bucket }));
  return LocationConstraint || 'us-east-1';
}

async function ownership(s3: S3Client, bucket: string): Promise<string> {
  try {
    const { OwnershipControls } = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket: bucket }));
    return OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? 'BucketOwnerEnforced';
  } catch (cause) {
    // Removed controls mean the setting that buckets had before there were any.
    if (cause instanceof Error && cause.name === 'OwnershipControlsNotFoundError') return 'ObjectWriter';
    throw cause;
  }
}

async function defaultEncryption(s3: S3Client, bucket: string): Promise<string> {
  try {
    const reply = await s3.send(new GetBucketEncryptionCommand({ Bucket: bucket }));
    const [rule] = reply.ServerSideEncryptionConfiguration?.Rules ?? [];
    return rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? 'AES256';
  } catch {
    return 'AES256';
  }
}
