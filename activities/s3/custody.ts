import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CopyExport } from '../../src/domain/acts/acts.ts';
import type { ApprovalOnRecord } from '../../src/domain/approval/authorisation.ts';
import { custodyKey, isSameCustody, parseCustody, type CustodyRecord } from '../../src/domain/acts/custody.ts';
import { canonicalJson } from '../../src/domain/digest.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { execution } from '../aws/activity-context.ts';
import { aws, failure, isPreconditionFailed } from '../aws/failures.ts';
import { copyUri, destinationRequest, lock, tagging } from './copy-request.ts';
import type { Proof } from './prove-copy.ts';
import type { CopiedObject } from './targets.ts';
import type { SourceObject } from './source-object.ts';

/** More than any record of ours. */
const largestRecord = 100_000;

/** What the record says, from what was read and proved. */
export function custodyOf(
  { incidentKey, accountId, source, destination }: CopyExport,
  { original, copied, proof, approval, role }: Custody,
): CustodyRecord {
  return {
    incidentKey,
    source: {
      accountId,
      bucket: source.bucket,
      key: source.key,
      versionId: original.versionId,
      etag: original.etag,
      size: original.size,
      lastModified: original.lastModified.toISOString(),
    },
    copy: {
      accountId: destination.accountId,
      bucket: destination.bucket,
      key: destination.key,
      versionId: copied.versionId,
      etag: copied.etag,
      checksum: proof.checksum,
      retention: copied.retention,
    },
    sha256: proof.sha256,
    approval,
    copiedBy: role,
    workflow: execution() ?? null,
    recordedAt: new Date().toISOString(),
  };
}

interface Custody {
  original: SourceObject;
  copied: CopiedObject;
  proof: Proof;
  approval: ApprovalOnRecord;
  /** That copied. */
  role: string;
}

/** Writes the record beside the copy, once, and reads it back. Answers where it lies. */
export async function recordCustody(s3: S3Client, input: CopyExport, record: CustodyRecord): Promise<string> {
  const uri = custodyKey(copyUri(input));
  const place = { ...destinationRequest(input), Key: custodyKey(input.destination.key) };
  await writeOnce(s3, input, place, canonicalJson(record), uri);

  const kept = await readCustody(s3, input);
  if (kept && isSameCustody(kept, record)) return uri;
  const message = `${uri} is not the custody record of this copy: find out who wrote it; the copy itself is proved`;
  throw failure(failureTypes.rejected, message);
}

/** null: what lies there is no custody record. */
export function readCustody(s3: S3Client, input: CopyExport): Promise<CustodyRecord | null> {
  const place = { ...destinationRequest(input), Key: custodyKey(input.destination.key) };
  return aws(`reading the custody record ${custodyKey(copyUri(input))}`, async () => {
    const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand(place));
    return ContentLength > largestRecord ? null : parseCustody((await Body?.transformToString()) ?? '');
  });
}

async function writeOnce(
  s3: S3Client,
  input: CopyExport,
  place: ReturnType<typeof destinationRequest>,
  text: string,
  uri: string,
): Promise<void> {
  const content = Buffer.from(text, 'utf8');
  const request = new PutObjectCommand({
    ...place,
    Body: content,
    ContentType: 'application/json',
    ChecksumSHA256: createHash('sha256').update(content).digest('base64'),
    Tagging: tagging(input),
    ...lock(input.destination.retention),
    IfNoneMatch: '*',
  });
  try {
    await aws(`writing the custody record ${uri}`, () => s3.send(request));
  } catch (error) {
    // An earlier attempt wrote it; what it says is compared.
    if (!isPreconditionFailed(error)) throw error;
  }
}
