import { GetBucketAclCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ApplicationFailure } from '@temporalio/common';
import type { CopyExport } from '../../src/domain/acts/acts.ts';
import { bucketArn } from '../../src/domain/policy/arns.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, failure, isFailure } from '../aws/failures.ts';
import { sourceRequest, type SourceObject } from './source-object.ts';

/** S3 refuses without saying what is missing, so it is found out, and said once: no attempt would mend it. */
const refused = (cause: ApplicationFailure, missing: string): ApplicationFailure =>
  failure(failureTypes.accessDenied, `${cause.message}: ${missing}`, { cause });

const objectArn = ({ region, source }: CopyExport): string => `${bucketArn(region, source.bucket)}/${source.key}`;

/** What is missing where even the export's head is refused. */
export async function unreadableSource(
  clients: AwsClients,
  input: CopyExport,
  cause: ApplicationFailure,
): Promise<ApplicationFailure> {
  const owner = await foreignOwner(clients, input);
  const missing =
    owner === null
      ? `role ${clients.role(input.accountId)} needs s3:GetObject on ${objectArn(input)}, and no policy of the bucket may deny it`
      : `the object belongs to another account, canonical user ${owner}, so that policies of account ${input.accountId} do not reach it: ` +
        `its owner has to grant the bucket's owner full control (PutObjectAcl, bucket-owner-full-control)`;
  return refused(cause, missing);
}

/** The owner of the object where that is not the bucket's; null: they are the same, or S3 will not tell. */
async function foreignOwner(clients: AwsClients, input: CopyExport): Promise<string | null> {
  const { source, accountId } = input;
  const s3 = clients.s3(input);
  const place = { Bucket: source.bucket, ExpectedBucketOwner: accountId };
  try {
    const [listed, acl] = await Promise.all([
      s3.send(new ListObjectsV2Command({ ...place, Prefix: source.key, FetchOwner: true, MaxKeys: 1 })),
      s3.send(new GetBucketAclCommand(place)),
    ]);
    const object = listed.Contents?.find(({ Key }) => Key === source.key);
    const owner = object?.Owner?.ID;
    return owner === undefined || owner === acl.Owner?.ID ? null : owner;
  } catch {
    return null;
  }
}

/** What is missing where the export can be seen but not be copied: its content cannot be read, or the copy not be written. */
export async function uncopyable(
  clients: AwsClients,
  input: CopyExport,
  original: SourceObject,
  cause: ApplicationFailure,
): Promise<ApplicationFailure> {
  const role = clients.role(input.accountId);
  if (await isReadable(clients, input, original)) {
    const { accountId, bucket, region, retention } = input.destination;
    const arn = bucketArn(region, bucket);
    const locking = retention ? ', s3:PutObjectRetention' : '';
    const missing =
      `role ${role} needs s3:GetObject, s3:PutObject, s3:PutObjectTagging${locking}, s3:AbortMultipartUpload and s3:ListMultipartUploadParts on ${arn}/*, ` +
      `and s3:ListBucketMultipartUploads on ${arn}, in its own policy and in the policy of that bucket of account ${accountId}; ` +
      `where a KMS key encrypts the bucket also kms:GenerateDataKey and kms:Decrypt on that key`;
    return refused(cause, missing);
  }
  const missing =
    original.kmsKey === undefined
      ? `role ${role} needs s3:GetObject on ${objectArn(input)}, and no policy of the bucket may deny it`
      : `the object is encrypted with KMS key ${original.kmsKey}: role ${role} needs kms:Decrypt on that key, in its own policy and in the key's`;
  return refused(cause, missing);
}

/** Reads the first byte: whoever may do that may copy from there. */
async function isReadable(clients: AwsClients, input: CopyExport, { size }: SourceObject): Promise<boolean> {
  if (size === 0) return true;
  try {
    const request = new GetObjectCommand({ ...sourceRequest(input), Range: 'bytes=0-0' });
    const { Body } = await aws('reading the first byte of the export', () => clients.s3(input).send(request));
    await Body?.transformToByteArray();
    return true;
  } catch (error) {
    if (isFailure(error, failureTypes.accessDenied)) return false;
    throw error;
  }
}
