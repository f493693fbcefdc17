import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { CopyExport } from '../../src/domain/acts/acts.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, isFailure, unlessAbsent } from '../aws/failures.ts';
import { fullObjectSha256 } from './checksum.ts';
import { requesterPays } from './requester-pays.ts';
import { unreadableSource } from './why-refused.ts';

/** The export as S3 has it now. */
export interface SourceObject {
  etag: string;
  size: number;
  lastModified: Date;
  versionId: string | null;
  /** Of the whole object, in hex, where S3 keeps one. */
  sha256: string | undefined;
  /** Encrypts it, where KMS does. */
  kmsKey: string | undefined;
}

export const sourceUri = ({ source }: CopyExport): string => `s3://${source.bucket}/${source.key}`;

/** Names the export in requests that read it. */
export const sourceRequest = ({ accountId, source }: CopyExport) => ({
  Bucket: source.bucket,
  Key: source.key,
  ExpectedBucketOwner: accountId,
  ...requesterPays,
});

/** Names the export in requests that copy it: S3 refuses once it is another object. */
export const copySourceRequest = ({ accountId, source }: CopyExport) => ({
  CopySource: `${source.bucket}/${source.key.split('/').map(encodeURIComponent).join('/')}`,
  CopySourceIfMatch: source.etag,
  ExpectedSourceBucketOwner: accountId,
});

/** null: there is no such object. */
export async function readSource(clients: AwsClients, input: CopyExport): Promise<SourceObject | null> {
  const request = new HeadObjectCommand({ ...sourceRequest(input), ChecksumMode: 'ENABLED' });
  const reading = aws(`reading object ${sourceUri(input)}`, () => clients.s3(input).send(request));
  try {
    const object = await unlessAbsent(reading, null);
    if (!object) return null;
    return {
      etag: object.ETag ?? '',
      size: object.ContentLength ?? 0,
      lastModified: object.LastModified ?? new Date(0),
      versionId: object.VersionId ?? null,
      sha256: fullObjectSha256(object),
      kmsKey: object.SSEKMSKeyId,
    };
  } catch (error) {
    if (isFailure(error, failureTypes.accessDenied)) throw await unreadableSource(clients, input, error);
    throw error;
  }
}
