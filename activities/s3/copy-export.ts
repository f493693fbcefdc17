import { createHash } from 'node:crypto';
import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ActResult, CopyExport } from '../../src/domain/acts.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { result } from '../aws/act.ts';
import { cancellationSignal, heartbeat, withHeartbeats } from '../aws/activity-context.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, failure, isFailure, notYet, unlessAbsent } from '../aws/failures.ts';
import { fullObjectSha256 } from './checksum.ts';
import { readCopy, s3Targets, sourceEtagKey, type CopiedObject } from './targets.ts';

/** What one CopyObject can do; S3's own limit. */
const largestCopy = 5 * 1024 ** 3;
/** A copy of that size takes minutes, during which S3 says nothing. */
const copyTimeout = 15 * 60_000;

/**
 * The source account's contain role pushes the export into the forensics bucket, then the copy's SHA-256 is compared
 * with the source's own. Comparing is part of every attempt: one that was killed after the copy has proved nothing.
 */
export async function copyExport(clients: AwsClients, input: CopyExport): Promise<ActResult> {
  const { accountId, source, destination } = input;
  const from = `s3://${source.bucket}/${source.key}`;
  const where = `s3://${destination.bucket}/${destination.key}`;
  if (source.size > largestCopy) {
    const message = `${from} has ${source.size} bytes; copies of more than 5 GB in parts are not in this version: copy it by hand`;
    throw failure(failureTypes.rejected, message);
  }
  // Both ends are written and read as the source account, each in its bucket's Region.
  const pushing = clients.s3({ accountId, region: destination.region });
  const reading = clients.s3(input);
  const { compare } = s3Targets(clients).copyExport;

  const found = compare(input, await visibleCopy(pushing, input));
  if (found.standing === 'changed') return result('changed', found);

  const original = await readSource(reading, input);
  if (!original) {
    const before = found.standing === 'done' ? `, and was copied to ${where} before` : '';
    return result('gone', { ...found, detail: `${from} is gone${before}` });
  }
  if (original.etag !== source.etag || original.size !== source.size) {
    return result('changed', { detail: `${from} is not the object that was planned to be copied` });
  }

  if (found.standing === 'ready') await copy(pushing, input);
  const copied = await readCopy(pushing, input);
  const after = compare(input, copied);
  if (after.standing !== 'done') throw notYet(`the copy of ${from} does not show (${after.detail})`);

  const sha256 = original.sha256 ?? (await streamedSha256(reading, input));
  if (sha256 !== after.observed?.sha256) {
    const message = `${where} does not hold what ${from} holds: SHA-256 ${after.observed?.sha256 ?? 'missing'} instead of ${sha256}; keep the original`;
    throw failure(failureTypes.rejected, message);
  }
  return result(found.standing === 'ready' ? 'applied' : 'already', {
    detail: `${where} is a copy of ${from}, compared by SHA-256`,
    observed: { ...after.observed, ...(copied?.versionId === undefined ? {} : { versionId: copied.versionId }) },
  });
}

/**
 * Where a role may write and read objects but not list them, S3 refuses to say that an object is not there. Then the copy
 * is made, and reading it back decides.
 */
async function visibleCopy(s3: S3Client, input: CopyExport): Promise<CopiedObject | null> {
  try {
    return await readCopy(s3, input);
  } catch (error) {
    if (isFailure(error, failureTypes.accessDenied)) return null;
    throw error;
  }
}

const sourceRequest = ({ accountId, source }: CopyExport) => ({
  Bucket: source.bucket,
  Key: source.key,
  ExpectedBucketOwner: accountId,
});

async function readSource(s3: S3Client, input: CopyExport) {
  const what = `reading object s3://${input.source.bucket}/${input.source.key}`;
  const head = aws(what, () => s3.send(new HeadObjectCommand({ ...sourceRequest(input), ChecksumMode: 'ENABLED' })));
  const object = await unlessAbsent(head, null);
  return object && { etag: object.ETag, size: object.ContentLength ?? 0, sha256: fullObjectSha256(object) };
}

async function copy(s3: S3Client, input: CopyExport): Promise<void> {
  const { accountId, incidentKey, source, destination } = input;
  const what = `copying s3://${source.bucket}/${source.key} to s3://${destination.bucket}/${destination.key}`;
  const request = new CopyObjectCommand({
    Bucket: destination.bucket,
    Key: destination.key,
    ExpectedBucketOwner: destination.accountId,
    CopySource: `${source.bucket}/${source.key.split('/').map(encodeURIComponent).join('/')}`,
    CopySourceIfMatch: source.etag,
    ExpectedSourceBucketOwner: accountId,
    ChecksumAlgorithm: 'SHA256',
    MetadataDirective: 'REPLACE',
    Metadata: { [sourceEtagKey]: source.etag, 'soar-incident': incidentKey },
    // Tags are the actor's words, and copying them would need one more permission.
    TaggingDirective: 'REPLACE',
  });
  await withHeartbeats({ copying: destination.key }, () =>
    aws(what, () => s3.send(request, { requestTimeout: copyTimeout })),
  );
}

async function streamedSha256(s3: S3Client, input: CopyExport): Promise<string> {
  const { source } = input;
  return aws(`reading the content of s3://${source.bucket}/${source.key}`, async () => {
    const abortSignal = cancellationSignal();
    const { Body } = await s3.send(
      new GetObjectCommand({ ...sourceRequest(input), IfMatch: source.etag }),
      abortSignal ? { abortSignal } : {},
    );
    const hash = createHash('sha256');
    let read = 0;
    for await (const chunk of Body as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      read += chunk.length;
      heartbeat({ hashed: read, of: source.size });
    }
    return hash.digest('hex');
  });
}
