import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { CopyExport } from '../../src/domain/acts/acts.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, isFailure, unlessAbsent } from '../aws/failures.ts';
import { fullObjectSha256 } from './checksum.ts';
import { unreadableSource } from './why-refused.ts';
import { type SourceObject, sourceUri, sourceRequest } from './source-object.ts';

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
