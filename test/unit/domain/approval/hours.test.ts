import { afterEach, describe, expect, it, vi } from 'vitest';
import { hoursText, withinHours } from '../../../../src/domain/approval/hours.ts';

const office = { days: [1, 2, 3, 4, 5], fromHour: 9, toHour: 17 };
const within = (timeZone: string | undefined, time: string, hours = office) =>
  withinHours({ ...hours, ...(timeZone === undefined ? {} : { timeZone }) }, new Date(time));

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('office hours', () => {
  // Clocks went forward on Sunday 2026-03-29 and go back on Sunday 2026-10-25.
  it.each([
    ['2026-03-27T07:59:59Z', false],
    ['2026-03-27T08:00:00Z', true],
    ['2026-03-27T15:59:59Z', true],
    ['2026-03-27T16:00:00Z', false],
    ['2026-03-30T06:59:59Z', false],
    ['2026-03-30T07:00:00Z', true],
    ['2026-03-30T14:59:59Z', true],
    ['2026-03-30T15:00:00Z', false],
    ['2026-10-23T07:00:00Z', true],
    ['2026-10-26T07:00:00Z', false],
    ['2026-10-26T08:00:00Z', true],
  ])('of Berlin follow its summer and winter time: %s is %s', (time, expected) => {
    expect(within('Europe/Berlin', time)).toBe(expected);
  });

  it.each([
    // In the south clocks go back in April; in the north they have gone forward in March.
    ['Pacific/Auckland', '2026-04-02T20:30:00Z', true],
    ['Pacific/Auckland', '2026-04-06T20:30:00Z', false],
    ['America/Los_Angeles', '2026-03-06T16:30:00Z', false],
    ['America/Los_Angeles', '2026-03-09T16:30:00Z', true],
    // Half hours, and no change at all.
    ['Asia/Kolkata', '2026-03-02T03:29:59Z', false],
    ['Asia/Kolkata', '2026-03-02T03:30:00Z', true],
  ])('of %s at %s: %s', (timeZone, time, expected) => {
    expect(within(timeZone, time)).toBe(expected);
  });

  it('go by the day that it is there', () => {
    // Monday morning there, Sunday in UTC.
    expect(within('Pacific/Auckland', '2026-03-01T22:00:00Z')).toBe(true);
    // Friday evening there, Saturday in UTC.
    expect(within('America/Los_Angeles', '2026-03-07T00:30:00Z')).toBe(true);
    expect(within('America/Los_Angeles', '2026-03-08T00:30:00Z')).toBe(false);
  });

  it('are UTC where no time zone is named, whatever the clock of this machine shows', () => {
    for (const machine of ['UTC', 'Pacific/Auckland', 'America/Los_Angeles']) {
      vi.stubEnv('TZ', machine);
      expect(within(undefined, '2026-03-02T09:00:00Z')).toBe(true);
      expect(within(undefined, '2026-03-02T17:00:00Z')).toBe(false);
      expect(within('Europe/Berlin', '2026-03-30T07:00:00Z')).toBe(true);
    }
  });

  it('may wrap midnight, and midnight is hour 0', () => {
    const night = { days: [0, 1, 2, 3, 4, 5, 6], fromHour: 22, toHour: 4 };
    expect(within('Europe/Berlin', '2026-03-02T23:00:00Z', night)).toBe(true);
    expect(within('Europe/Berlin', '2026-03-03T02:59:59Z', night)).toBe(true);
    expect(within('Europe/Berlin', '2026-03-03T03:00:00Z', night)).toBe(false);
    expect(within('Europe/Berlin', '2026-03-02T23:30:00Z', { ...night, fromHour: 0, toHour: 1 })).toBe(true);
  });

  it('are told in words', () => {
    expect(hoursText({ ...office, timeZone: 'Europe/Berlin' })).toBe(
      'Mon, Tue, Wed, Thu, Fri from 9:00 to 17:00 (Europe/Berlin)',
    );
    expect(hoursText({ fromHour: 22, toHour: 4 })).toBe('every day from 22:00 to 4:00 (UTC)');
  });
});
