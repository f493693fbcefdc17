import type { CopyExport } from '../../src/domain/acts/acts.ts';
import { requesterPays } from './requester-pays.ts';

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
