import type { CopyExport, Retention } from '../../src/domain/acts/acts.ts';
import { requesterPays } from './requester-pays.ts';

/** A copy of 5 GB takes minutes, during which S3 says nothing. */
export const copyTimeout = 15 * 60_000;

/** Metadata of a copy that says which object it was made from. */
export const sourceEtagKey = 'soar-source-etag';

export const copyUri = ({ destination }: CopyExport): string => `s3://${destination.bucket}/${destination.key}`;

/** Names the copy's place in requests; the bucket has to be the forensics account's. */
export const destinationRequest = ({ destination }: CopyExport) => ({
  Bucket: destination.bucket,
  Key: destination.key,
  ExpectedBucketOwner: destination.accountId,
  // For the source of a copy, too.
  ...requesterPays,
});

/** What a copy is marked with when it is begun, in one call or in parts. */
export const newCopy = (input: CopyExport) => ({
  ChecksumAlgorithm: 'SHA256' as const,
  Metadata: { [sourceEtagKey]: input.source.etag, 'soar-incident': input.incidentKey },
  // Ours alone: the source's tags are the actor's words.
  Tagging: tagging(input),
  ...lock(input.destination.retention),
});

export const tagging = ({ incidentKey, accountId }: CopyExport): string =>
  new URLSearchParams({ 'soar-incident': incidentKey, 'soar-source-account': accountId }).toString();

/** Object Lock counts from when the copy is begun. */
export const lock = (retention: Retention | undefined) =>
  retention && {
    ObjectLockMode: retention.mode,
    ObjectLockRetainUntilDate: new Date(Date.now() + retention.days * 86_400_000),
  };
