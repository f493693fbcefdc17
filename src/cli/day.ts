import { UsageError } from './failures.ts';

/** The beginning of a day in UTC, as an option names it. */
export function dayOf(option: string, day: string | undefined): number | undefined {
  if (day === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  if (Number.isNaN(time)) throw new UsageError(`${option} takes a day such as 2027-01-31, not ${day}`);
  return time;
}
