import { describe, expect, it } from 'vitest';
import { withDataEvents } from '../../../../src/domain/findings/data-events.ts';
import { validationFindings } from '../../../../src/domain/findings/findings.ts';
import { severityFacts } from '../../../../src/domain/severity/severity-facts.ts';
import { aCaseFile, aRead, someReads } from '../../../support/builders.ts';
import type { DataEventFacts } from '../../../../src/domain/findings/read-facts.ts';

const events = (...reads: DataEventFacts['reads']): DataEventFacts => ({
  ...{ from: '2026-03-02T10:00:00Z', to: '2026-03-02T12:00:00Z' },
  ...{ reads, total: reads.length, gaps: [] },
});
const seen = aRead({ from: 'data event' });
const off = someReads({ logging: false });

describe('reads that data events tell', () => {
  it('are a download outside where there is no access log', () => {
    const file = aCaseFile({ reads: withDataEvents(off, events(seen)) });
    const found = validationFindings(file).find(({ id }) => id === 'downloaded');
    expect(found?.answer).toBe('yes');
    expect(found?.detail).toContain('by a data event of CloudTrail, outside the organisation');
    expect(severityFacts(file).readOutside).toMatchObject({
      value: 'yes',
      evidence: expect.stringMatching(/^data event: read by/) as unknown,
    });
  });

  it('prove nothing by their absence', () => {
    expect(withDataEvents(off, null)).toBe(off);
    expect(withDataEvents(null, events())).toBeNull();
    const downloaded = (more: Partial<DataEventFacts> = {}) =>
      validationFindings(aCaseFile({ reads: withDataEvents(off, { ...events(), ...more }) })).find(
        ({ id }) => id === 'downloaded',
      );
    expect(downloaded()).toMatchObject({
      answer: 'unknown',
      whyUnknown: expect.stringContaining('no data event of a read of this bucket is known up to') as unknown,
    });
    expect(downloaded({ recordedUntil: '2026-03-02T11:30:00Z' })).toMatchObject({
      answer: 'unknown',
      whyUnknown: expect.stringContaining('up to 2026-03-02T11:30:00Z at least, show none of the export') as unknown,
    });
  });

  it('say where copies went, also where the access log has the same reader', () => {
    const copies = [{ time: seen.time, requester: seen.requester, bucket: 'elsewhere', key: 'taken.ova' }];
    const file = aCaseFile({ reads: withDataEvents(someReads({ reads: [aRead()] }), { ...events(seen), copies }) });
    const found = validationFindings(file).find(({ id }) => id === 'downloaded');
    expect(found?.detail).toContain(`copies in S3: s3://elsewhere/taken.ova (copied by ${seen.requester}`);
  });

  it('are told once where the access log has the same reader', () => {
    const refused = someReads({ reads: [aRead({ status: 403 })] });
    expect(withDataEvents(refused, events(seen))?.reads).toHaveLength(2);
    const logged = someReads({ reads: [aRead()] });
    expect(withDataEvents(logged, events(seen))?.reads).toHaveLength(1);
    expect(withDataEvents(logged, events(aRead({ from: 'data event', address: '192.0.2.1' })))?.reads).toHaveLength(2);
    expect(withDataEvents(null, events(seen))).toMatchObject({ logging: false, reads: [seen] });
  });
});
