import { actorEvents } from './actor-events.ts';
import { thresholds } from '../data/thresholds.ts';
import type { Finding } from './evidence.ts';
import { finding, overTime, unanswered, whyChangesMissing } from './finding.ts';
import { countedWords } from './trail-summary.ts';
import type { CaseFile } from './case-file.ts';
import type { TrailEvent } from './trail-facts.ts';

/** Whether the actor tried what it may do, before it exported (S20, S71). */
export function deniedRun(file: CaseFile): Finding {
  const { actorTrail: trail } = file;
  const id = 'denied-run';
  const sources = ['S20', 'S71'];
  const question = 'Was a run of calls by the actor refused before the export?';
  const { calls, within } = thresholds.deniedRun;
  const refused = refusedBefore(file);
  const run = deniedRunIn(refused);
  const [first, last] = [run[0], run.at(-1)];
  if (first && last) {
    const counts: Record<string, number> = {};
    for (const { errorCode = '', eventName } of run) {
      const name = `${errorCode} of ${eventName}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    const detail = `${run.length} calls from ${first.time} to ${last.time}: ${countedWords({ counts, others: 0 })}`;
    return overTime(trail, finding(id, sources, question, 'yes', detail));
  }
  const why = trail ? whyChangesMissing(trail) : 'the trail was not read';
  const none = `${refused.length} refused before it, never ${calls} within ${within / 60_000} minutes`;
  return overTime(
    trail,
    why === null ? finding(id, sources, question, 'no', none) : unanswered(id, sources, question, why),
  );
}

/** Calls of the actor before the export that did not succeed, oldest first. */
export const refusedBefore = ({ alert, ...file }: Pick<CaseFile, 'alert' | 'actorTrail' | 'nameTrail'>): TrailEvent[] =>
  actorEvents(file).filter(
    ({ errorCode, time, eventId }) =>
      errorCode !== undefined && eventId !== alert.eventId && Date.parse(time) <= Date.parse(alert.time),
  );

/** The longest run among refused calls that is no slip of the hand any more; empty: there is none. */
export function deniedRunIn(refused: TrailEvent[]): TrailEvent[] {
  const run = longestRun(refused, thresholds.deniedRun.within);
  return run.length >= thresholds.deniedRun.calls ? run : [];
}

/** The most calls, oldest first, that lie within one span of time. */
export function longestRun<T extends Pick<TrailEvent, 'time'>>(events: T[], within: number): T[] {
  let longest: T[] = [];
  let from = 0;
  events.forEach((event, at) => {
    while (Date.parse(event.time) - Date.parse(events[from]?.time ?? event.time) > within) from++;
    if (at + 1 - from > longest.length) longest = events.slice(from, at + 1);
  });
  return longest;
}
