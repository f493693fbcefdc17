import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  paginateListParts,
  UploadPartCopyCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { CopyExport } from '../../src/domain/acts/acts.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { cancellationSignal } from '../aws/activity-context.ts';
import { aws, failure, unlessAbsent } from '../aws/failures.ts';
import { copyTimeout, copyUri, destinationRequest, newCopy } from './copy-request.ts';
import { rangeOf, type Part } from './parts.ts';
import { copySourceRequest, sourceUri } from './source-object.ts';

/** The calls of S3's multipart upload, each for a copy of an export. */

export interface FoundUpload {
  id: string;
  begun: Date;
}

/** Uploads that were begun at the copy's place and not ended. */
export async function uploadsAt(s3: S3Client, input: CopyExport): Promise<FoundUpload[]> {
  const { Key, ...bucket } = destinationRequest(input);
  // The first page is enough: a key that holds the incident's key has no thousand uploads.
  const listed = await aws(`looking for a begun copy at ${copyUri(input)}`, () =>
    s3.send(new ListMultipartUploadsCommand({ ...bucket, Prefix: Key })),
  );
  return (listed.Uploads ?? [])
    .filter((upload) => upload.Key === Key)
    .map(({ UploadId = '', Initiated = new Date(0) }) => ({ id: UploadId, begun: Initiated }));
}

/** S3 makes the hash of the whole from the parts' hashes: there is no other kind of SHA-256 for an upload in parts. */
export async function beginUpload(s3: S3Client, input: CopyExport): Promise<string> {
  const request = new CreateMultipartUploadCommand({ ...destinationRequest(input), ...newCopy(input) });
  const what = `beginning to copy ${sourceUri(input)} to ${copyUri(input)}`;
  const { UploadId } = await aws(what, () => s3.send(request));
  if (UploadId === undefined) throw failure(failureTypes.unavailable, `${what}: S3 named no upload; it is tried again`);
  return UploadId;
}

/** A part that S3 holds, as completing names it. */
export interface CopiedPart extends CompletedPart {
  PartNumber: number;
  size: number;
}

/** By number. null: the upload is gone. */
export async function copiedParts(s3: S3Client, input: CopyExport, id: string): Promise<CopiedPart[] | null> {
  const listing = aws(`listing what is copied to ${copyUri(input)}`, async () => {
    const parts: CopiedPart[] = [];
    for await (const page of paginateListParts({ client: s3 }, { ...destinationRequest(input), UploadId: id })) {
      for (const { PartNumber = 0, Size = 0, ETag, ChecksumSHA256 } of page.Parts ?? []) {
        parts.push({ PartNumber, size: Size, ETag, ChecksumSHA256 });
      }
    }
    return parts;
  });
  return unlessAbsent(listing, null);
}

export async function copyPart(s3: S3Client, input: CopyExport, id: string, part: Part): Promise<CopiedPart> {
  const request = new UploadPartCopyCommand({
    ...destinationRequest(input),
    ...copySourceRequest(input),
    UploadId: id,
    PartNumber: part.number,
    CopySourceRange: rangeOf(part),
  });
  const abortSignal = cancellationSignal();
  const { CopyPartResult } = await aws(`copying ${rangeOf(part)} of ${sourceUri(input)} to ${copyUri(input)}`, () =>
    s3.send(request, { requestTimeout: copyTimeout, ...(abortSignal ? { abortSignal } : {}) }),
  );
  const { ETag, ChecksumSHA256 } = CopyPartResult ?? {};
  return { PartNumber: part.number, size: part.size, ETag, ChecksumSHA256 };
}

/** Refused where something lies at the copy's place by now. */
export async function completeUpload(s3: S3Client, input: CopyExport, id: string, parts: CopiedPart[]): Promise<void> {
  const Parts = parts
    .toSorted((a, b) => a.PartNumber - b.PartNumber)
    .map(({ PartNumber, ETag, ChecksumSHA256 }) => ({ PartNumber, ETag, ChecksumSHA256 }));
  const request = new CompleteMultipartUploadCommand({
    ...destinationRequest(input),
    UploadId: id,
    MultipartUpload: { Parts },
    MpuObjectSize: input.source.size,
    IfNoneMatch: '*',
  });
  await aws(`putting the parts of ${copyUri(input)} together`, () => s3.send(request, { requestTimeout: copyTimeout }));
}

/** Parts of an upload that is never ended are paid for and listed nowhere. */
export async function abortUpload(s3: S3Client, input: CopyExport, id: string): Promise<void> {
  const request = new AbortMultipartUploadCommand({ ...destinationRequest(input), UploadId: id });
  await unlessAbsent(
    aws(`dropping the begun copy at ${copyUri(input)}`, () => s3.send(request)),
    null,
  );
}
