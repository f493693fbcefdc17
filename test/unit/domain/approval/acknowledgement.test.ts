import { describe, expect, it } from 'vitest';
import { acknowledgement } from '../../../../src/domain/approval/acknowledgement.ts';
import { anAlert, anArrival } from '../../../support/builders.ts';
import { aReport } from '../../audit/a-report.ts';

const [accepted, refused] = aReport().decisions;
const alert = anAlert({ arrival: anArrival({ receivedAt: '2026-03-02T10:00:00Z' }) });

describe('the time to acknowledgement', () => {
  it('counts from the first alert to the first accepted decision, whatever it was', () => {
    const later = { ...accepted!, at: '2026-03-02T10:09:00Z' };
    const first = { ...accepted!, at: '2026-03-02T10:04:30Z', decision: 'more-time' as const, approver: 'bob' };
    expect(acknowledgement(alert, [later, first])).toEqual({ at: first.at, by: 'bob', after: 270 });
  });

  it('does not count who was refused', () => {
    expect(acknowledgement(alert, [refused!])).toBeNull();
    expect(acknowledgement(alert, [])).toBeNull();
  });
});
