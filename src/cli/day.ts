import { UsageError } from './failures.ts';

/** From the beginning of one day in UTC to that of another, as options name them; null: not limited. */
export function periodOf(options: { from?: string; to?: string }): { from: number | null; to: number | null } {
  const period = { from: dayOf('--from', options.from), to: dayOf('--to', options.to) };
  // Nothing lies in such a period, which would read as if nothing had happened.
  if (period.from !== null && period.to !== null && period.from >= period.to) {
    throw new UsageError('--from must be before --to');
  }
  return period;
}

function dayOf(option: string, day: string | undefined): number | null {
  if (day === undefined) return null;
  const time = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  if (Number.isNaN(time)) throw new UsageError(`${option} takes a day such as 2027-01-31, not ${day}`);
  return time;
}
