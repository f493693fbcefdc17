import type { S3Client } from '@aws-sdk/client-s3';
import { ApplicationFailure } from '@temporalio/common';
import type { CopyExport } from '../../src/domain/acts/acts.ts';
import { heartbeat, isCancelled, lastHeartbeat, withHeartbeats } from '../aws/activity-context.ts';
import { partSizeFor, partsOf, type CopySettings, type Part } from './parts.ts';
import {
  abortUpload,
  beginUpload,
  completeUpload,
  copiedParts,
  copyPart,
  uploadsAt,
  type CopiedPart,
} from './upload.ts';
import type { SourceObject } from './source-object.ts';

/**
 * Copies an export that is too large for one call. Parts that an earlier attempt has copied stay copied: S3 itself says
 * which those are, because heartbeats lag behind and can be lost. There is never more than one upload at a place.
 */
export async function copyInParts(
  s3: S3Client,
  input: CopyExport,
  original: SourceObject,
  { partSize, partsAtOnce }: CopySettings,
): Promise<void> {
  const parts = partsOf(original.size, partSizeFor(original.size, partSize));
  const { id, copied } = await begunUpload(s3, input, original, parts);
  const done = new Map(copied.map((part) => [part.PartNumber, part]));
  const progress = { uploadId: id, partsCopied: done.size, of: parts.length };
  heartbeat(progress);
  try {
    await withHeartbeats(progress, async () => {
      await inLanes(
        parts.filter(({ number }) => !done.has(number)),
        partsAtOnce,
        async (part) => {
          done.set(part.number, await copyPart(s3, input, id, part));
          progress.partsCopied = done.size;
          heartbeat(progress);
        },
      );
      await completeUpload(s3, input, id, [...done.values()]);
    });
  } catch (error) {
    // Why it ended is worth more than why it could not be tidied up.
    if (isFinal(error) || isCancelled()) await abortUpload(s3, input, id).catch(() => undefined);
    throw error;
  }
}

/** No further attempt will come. */
const isFinal = (error: unknown): boolean => error instanceof ApplicationFailure && error.nonRetryable === true;

/** The upload to go on with: one of an earlier attempt, else a new one. */
async function begunUpload(
  s3: S3Client,
  input: CopyExport,
  original: SourceObject,
  parts: Part[],
): Promise<{ id: string; copied: CopiedPart[] }> {
  const told = (lastHeartbeat() as { uploadId?: unknown } | undefined)?.uploadId;
  let found: { id: string; copied: CopiedPart[] } | null = null;
  for (const { id, begun } of await uploadsAt(s3, input)) {
    const isOurs = id === told || isAfter(begun, original.lastModified);
    const copied: CopiedPart[] | null = isOurs && !found ? await copiedParts(s3, input, id) : null;
    if (copied?.every((part) => fits(part, parts))) found = { id, copied };
    else await abortUpload(s3, input, id);
  }
  return found ?? { id: await beginUpload(s3, input), copied: [] };
}

/**
 * An upload does not say what its parts were copied from. One that was begun when the export was there already can hold
 * nothing else; `Last-Modified` knows whole seconds.
 */
const isAfter = (begun: Date, written: Date): boolean => begun.getTime() >= written.getTime() + 1_000;

/** Not, when an earlier attempt had other parts in mind. */
const fits = ({ PartNumber, size, ChecksumSHA256 }: CopiedPart, parts: Part[]): boolean =>
  parts[PartNumber - 1]?.size === size && ChecksumSHA256 !== undefined;

/** Works on some at a time. After a failure nothing new begins, and what has begun is finished first. */
async function inLanes<T>(items: T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const item of waiting) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

/** Leaves nothing of a copy that will not be finished, as far as S3 lets us. */
export async function dropBegunCopies(s3: S3Client, input: CopyExport): Promise<void> {
  const begun = await uploadsAt(s3, input).catch(() => []);
  for (const { id } of begun) await abortUpload(s3, input, id).catch(() => undefined);
}
