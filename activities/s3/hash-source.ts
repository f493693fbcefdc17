import { createHash, type Hash } from 'node:crypto';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ApplicationFailure } from '@temporalio/common';
import type { CopyExport } from '../../src/domain/acts/acts.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { cancellationSignal, heartbeat, pause } from '../aws/activity-context.ts';
import { aws, backoff, failure } from '../aws/failures.ts';
import { partsOf, rangeOf, type Part } from './parts.ts';
import { sourceRequest, sourceUri } from './source-object.ts';

/** SHA-256 of the export in hex, and of its parts' hashes as S3 writes it for an object made of such parts. */
export interface SourceHashes {
  sha256: string;
  sha256OfParts: string;
}

/** Breaks of one part's transfer that are bridged here; further ones end the attempt. */
const triesOfPart = 3;

/**
 * Reads the export once, part by part, and keeps none of it. A hash in progress cannot be stored, so an attempt that was
 * killed hashes from the beginning; a connection that breaks costs the part that it broke in.
 */
export async function hashSource(s3: S3Client, input: CopyExport, partSize: number): Promise<SourceHashes> {
  const { size } = input.source;
  const parts = partsOf(size, partSize);
  const ofParts = createHash('sha256');
  let whole = createHash('sha256');
  for (const part of parts) {
    const read = await readPart(s3, input, part, whole);
    whole = read.whole;
    ofParts.update(read.part.digest());
  }
  return { sha256: whole.digest('hex'), sha256OfParts: `${ofParts.digest('base64')}-${parts.length}` };
}

async function readPart(
  s3: S3Client,
  input: CopyExport,
  part: Part,
  before: Hash,
): Promise<{ whole: Hash; part: Hash }> {
  for (let tries = 1; ; tries++) {
    const hashes = { whole: before.copy(), part: createHash('sha256') };
    try {
      await stream(s3, input, part, (chunk) => {
        hashes.whole.update(chunk);
        hashes.part.update(chunk);
      });
      return hashes;
    } catch (error) {
      if (tries === triesOfPart || !mayPass(error)) throw error;
      await pause(backoff(tries));
    }
  }
}

const mayPass = (error: unknown): boolean => error instanceof ApplicationFailure && !error.nonRetryable;

async function stream(s3: S3Client, input: CopyExport, part: Part, take: (chunk: Uint8Array) => void): Promise<void> {
  const what = `reading ${rangeOf(part)} of ${sourceUri(input)}`;
  const request = { ...sourceRequest(input), IfMatch: input.source.etag, Range: rangeOf(part) };
  const abortSignal = cancellationSignal();
  let read = 0;
  await aws(what, async () => {
    const { Body } = await s3.send(new GetObjectCommand(request), abortSignal ? { abortSignal } : {});
    for await (const chunk of Body as AsyncIterable<Uint8Array>) {
      take(chunk);
      read += chunk.length;
      heartbeat({ hashed: part.first + read, of: input.source.size });
    }
  });
  if (read !== part.size) throw failure(failureTypes.unavailable, `${what}: S3 sent ${read} bytes; it is tried again`);
}
