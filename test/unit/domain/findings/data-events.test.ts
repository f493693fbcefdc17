import { describe, expect, it } from 'vitest';
import { withDataEvents } from '../../../../src/domain/findings/data-events.ts';
import type { DataEventFacts } from '../../../../src/domain/findings/facts.ts';
import { validationFindings } from '../../../../src/domain/findings/findings.ts';
import { severityFacts } from '../../../../src/domain/severity/severity-facts.ts';
import { aCaseFile, aRead, someReads } from '../../../support/builders.ts';

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
    expect(withDataEvents(off, events())).toBe(off);
    expect(withDataEvents(null, null)).toBeNull();
    const found = validationFindings(aCaseFile({ reads: withDataEvents(off, events()) }));
    expect(found.find(({ id }) => id === 'downloaded')?.answer).toBe('unknown');
  });

  it('are told once where the access log has the same reader', () => {
    const logged = someReads({ reads: [aRead()] });
    expect(withDataEvents(logged, events(seen))?.reads).toHaveLength(1);
    expect(withDataEvents(logged, events(aRead({ from: 'data event', address: '192.0.2.1' })))?.reads).toHaveLength(2);
    expect(withDataEvents(null, events(seen))).toMatchObject({ logging: false, reads: [seen] });
  });
});
