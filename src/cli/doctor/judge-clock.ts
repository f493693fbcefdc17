import { failed, ok, warning, type Finding } from './check.ts';

/** AWS refuses signatures that are older, and so do we those of Slack and of senders. */
const refusedBeyond = 5 * 60_000;
const tolerated = 10_000;

/** How far this machine's clock is from those that answered: their time minus ours, in milliseconds; `Date` has whole seconds. */
export function judgeClock(offsets: number[]): Finding {
  const [first] = offsets;
  if (first === undefined) {
    return warning('not measured: nothing that says the time has answered', 'mend the AWS checks and look again');
  }
  const worst = offsets.reduce((most, offset) => (Math.abs(offset) > Math.abs(most) ? offset : most), first);
  const seconds = Math.round(Math.abs(worst) / 1000);
  const found = `${seconds} s ${worst > 0 ? 'behind' : 'ahead of'} AWS`;
  if (Math.abs(worst) <= tolerated) return ok(`within ${seconds + 1} s of AWS`);
  return Math.abs(worst) > refusedBeyond
    ? failed(found, 'set the clock (NTP): signatures are refused beyond five minutes, and times on record are wrong')
    : warning(found, 'set the clock (NTP): times on record are wrong by as much');
}
