import { describe, expect, it } from 'vitest';
import { custodyKey, isSameCustody, parseCustody, type CustodyRecord } from '../../../../src/domain/acts/custody.ts';

const record: CustodyRecord = {
  incidentKey: 'VMX-ABCDEFGHIJ',
  source: {
    accountId: '111111111111',
    bucket: 'exports',
    key: 'vms/a.ova',
    versionId: null,
    etag: '"e"',
    size: 3,
    lastModified: '2026-03-02T10:20:00.000Z',
  },
  copy: {
    accountId: '222222222222',
    bucket: 'forensics',
    key: 'copies/a.ova',
    versionId: 'v1',
    etag: '"c"',
    checksum: { algorithm: 'SHA256', type: 'FULL_OBJECT', value: 'eA==', partSize: null },
    retention: null,
  },
  sha256: 'a'.repeat(64),
  approval: { kind: 'pre-approved', action: 'copy-to-forensics', policyDigest: 'p' },
  copiedBy: 'arn:aws:iam::111111111111:role/soar-contain',
  workflow: { workflowId: 'w', runId: 'r' },
  recordedAt: '2026-03-02T10:40:00.000Z',
};

describe('a custody record', () => {
  it('lies beside its copy', () => {
    expect(custodyKey('copies/a.ova')).toBe('copies/a.ova.custody.json');
  });

  it('is the same when only who wrote it, when, and a longer lock differ', () => {
    const later: CustodyRecord = {
      ...record,
      workflow: { workflowId: 'w', runId: 'another' },
      recordedAt: '2026-03-03T00:00:00.000Z',
      copy: { ...record.copy, retention: { mode: 'GOVERNANCE', until: '2030-01-01T00:00:00.000Z' } },
    };
    expect(isSameCustody(record, later)).toBe(true);
  });

  it.each<[string, CustodyRecord]>([
    ['content', { ...record, sha256: 'b'.repeat(64) }],
    ['version', { ...record, copy: { ...record.copy, versionId: 'v2' } }],
    ['source', { ...record, source: { ...record.source, etag: '"other"' } }],
    ['incident', { ...record, incidentKey: 'VMX-OTHER' }],
  ])('is another one when its %s differs', (_, other) => {
    expect(isSameCustody(record, other)).toBe(false);
  });

  it('is read from its text; anything else is none', () => {
    expect(parseCustody(JSON.stringify(record))).toEqual(record);
    for (const text of ['', 'null', '[]', '{}', '{"source":1,"copy":2}', '{"source":{}}']) {
      expect(parseCustody(text), text).toBeNull();
    }
    expect(isSameCustody(parseCustody('{"source":{},"copy":{}}')!, record)).toBe(false);
  });
});
