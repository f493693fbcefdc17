import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import type { CopyExport } from '../../src/domain/acts/acts.ts';
import { custodyKey, type CustodyRecord } from '../../src/domain/acts/custody.ts';

/** Puts a copy with its custody record where the copying act would have left it. */
export async function putProvedCopy(s3: S3Client, copy: Omit<CopyExport, 'act'>, content: Buffer): Promise<void> {
  const { source, destination, incidentKey, accountId } = copy;
  const place = { Bucket: destination.bucket, Key: destination.key };
  const sha256 = createHash('sha256').update(content);
  const value = sha256.copy().digest('base64');
  const written = await s3.send(
    new PutObjectCommand({
      ...place,
      Body: content,
      ChecksumSHA256: value,
      Metadata: { 'soar-source-etag': source.etag, 'soar-incident': incidentKey },
    }),
  );
  const record: CustodyRecord = {
    incidentKey,
    source: { ...source, accountId, versionId: null, lastModified: '2026-03-02T10:10:00.000Z' },
    copy: {
      accountId: destination.accountId,
      bucket: destination.bucket,
      key: destination.key,
      versionId: written.VersionId ?? null,
      etag: written.ETag ?? '',
      checksum: { algorithm: 'SHA256', type: 'FULL_OBJECT', value, partSize: null },
      retention: null,
    },
    sha256: sha256.digest('hex'),
    approval: { kind: 'pre-approved', action: 'copy-to-forensics', policyDigest: 'p' },
    copiedBy: `arn:aws:iam::${accountId}:role/soar-contain`,
    workflow: null,
    recordedAt: '2026-03-02T10:40:00.000Z',
  };
  await s3.send(new PutObjectCommand({ ...place, Key: custodyKey(destination.key), Body: JSON.stringify(record) }));
}
