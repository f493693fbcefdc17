import type { CopyExport } from './acts.ts';
import type { ApprovalOnRecord } from '../approval/authorisation.ts';
import { sameJson } from '../digest.ts';

/** What stands beside a copy in the forensics account: enough to verify it without this software. Written once. */
export interface CustodyRecord {
  incidentKey: string;
  source: {
    accountId: string;
    bucket: string;
    key: string;
    versionId: string | null;
    etag: string;
    size: number;
    /** ISO 8601 UTC. */
    lastModified: string;
  };
  copy: {
    accountId: string;
    bucket: string;
    key: string;
    versionId: string | null;
    etag: string;
    checksum: CopyChecksum;
    /** Object Lock as S3 said it when the record was written. */
    retention: { mode: string; until: string } | null;
  };
  /** Of the whole object, in hex. */
  sha256: string;
  approval: ApprovalOnRecord;
  /** ARN of the role that copied. */
  copiedBy: string;
  /** Null outside of a workflow. */
  workflow: { workflowId: string; runId: string } | null;
  /** ISO 8601 UTC. */
  recordedAt: string;
}

/**
 * The copy's checksum as S3 computed and keeps it. `COMPOSITE` is the SHA-256 of the parts' SHA-256, with the number of
 * parts behind a dash; all parts but the last have `partSize` bytes.
 */
export interface CopyChecksum {
  algorithm: 'SHA256';
  type: 'FULL_OBJECT' | 'COMPOSITE';
  value: string;
  partSize: number | null;
}

/** The key of the record that belongs to a copy. */
export const custodyKey = (copyKey: string): string => `${copyKey}.custody.json`;

/**
 * True when both say the same about the same copy. Who wrote it and when may differ, and a custodian may have prolonged the
 * lock since.
 */
export const isSameCustody = (a: CustodyRecord, b: CustodyRecord): boolean => sameJson(essence(a), essence(b));

const essence = ({ incidentKey, source, copy, sha256 }: CustodyRecord) => ({
  incidentKey,
  sha256,
  source: { bucket: source.bucket, key: source.key, etag: source.etag, size: source.size },
  copy: { bucket: copy.bucket, key: copy.key, versionId: copy.versionId, etag: copy.etag, checksum: copy.checksum },
});

/** True when the record is about this copy of this export: the copy that lies there now was compared by its hash. */
export const isCustodyOf = (
  { incidentKey, source, copy }: CustodyRecord,
  planned: Pick<CopyExport, 'incidentKey' | 'source' | 'destination'>,
  found: { etag: string; versionId: string | null },
): boolean =>
  sameJson(
    { incidentKey, bucket: source.bucket, key: source.key, etag: source.etag, size: source.size, copy: placeOf(copy) },
    {
      incidentKey: planned.incidentKey,
      ...planned.source,
      copy: placeOf({ ...planned.destination, ...found }),
    },
  );

const placeOf = ({
  bucket,
  key,
  etag,
  versionId,
}: Pick<CustodyRecord['copy'], 'bucket' | 'key' | 'etag' | 'versionId'>) => ({
  bucket,
  key,
  etag,
  versionId,
});

/** A record from a text that anybody who may write to the bucket may have put there; null: it is none. */
export function parseCustody(text: string): CustodyRecord | null {
  try {
    const record = JSON.parse(text) as CustodyRecord | null;
    return typeof record?.source === 'object' && typeof record.copy === 'object' ? record : null;
  } catch {
    return null;
  }
}
