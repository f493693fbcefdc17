import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CopyExport } from '../../src/domain/acts/acts.ts';
import type { CopyChecksum } from '../../src/domain/acts/custody.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { aws, failure } from '../aws/failures.ts';
import { copyUri, destinationRequest } from './copy-request.ts';
import { hashSource } from './hash-source.ts';
import { defaultCopySettings } from './parts.ts';
import type { CopiedObject } from './targets.ts';
import { sourceUri, type SourceObject } from './source-object.ts';

export interface Proof {
  /** Of the whole object, in hex. */
  sha256: string;
  checksum: CopyChecksum;
}

/**
 * Compares what S3 computed of the copy with what the export holds. Of a copy in parts S3 keeps the hash of the parts'
 * hashes only; one read of the export gives that and the hash of the whole.
 */
export async function proveCopy(
  { reading, pushing }: { reading: S3Client; pushing: S3Client },
  input: CopyExport,
  original: SourceObject,
  copied: CopiedObject,
): Promise<Proof> {
  if (copied.sha256OfParts !== undefined) {
    const partSize = await sizeOfFirstPart(pushing, input);
    const { sha256, sha256OfParts } = await hashSource(reading, input, partSize);
    if (sha256OfParts !== copied.sha256OfParts) throw different(input, copied.sha256OfParts, sha256OfParts);
    return { sha256, checksum: { algorithm: 'SHA256', type: 'COMPOSITE', value: sha256OfParts, partSize } };
  }
  const sha256 = original.sha256 ?? (await hashSource(reading, input, defaultCopySettings.partSize)).sha256;
  if (sha256 !== copied.sha256) throw different(input, copied.sha256 ?? 'missing', sha256);
  const value = Buffer.from(sha256, 'hex').toString('base64');
  return { sha256, checksum: { algorithm: 'SHA256', type: 'FULL_OBJECT', value, partSize: null } };
}

const different = (input: CopyExport, found: string, expected: string): Error =>
  failure(
    failureTypes.rejected,
    `${copyUri(input)} does not hold what ${sourceUri(input)} holds: SHA-256 ${found} instead of ${expected}; keep the original`,
  );

/** As the copy was made, whatever the settings are by now. */
async function sizeOfFirstPart(s3: S3Client, input: CopyExport): Promise<number> {
  const request = new HeadObjectCommand({ ...destinationRequest(input), PartNumber: 1 });
  const { ContentLength = 0 } = await aws(`reading the first part of ${copyUri(input)}`, () => s3.send(request));
  return ContentLength;
}
