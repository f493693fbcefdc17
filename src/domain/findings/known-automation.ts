import { byActor } from './export-history.ts';
import type { Finding } from './evidence.ts';
import { finding, overTime, unanswered, whyIncomplete } from './finding.ts';
import { shortlyBefore } from './tag-history.ts';
import type { CaseFile } from './case-file.ts';
import type { TrailEvent } from './trail-facts.ts';

/** Of a user agent, which the caller writes, the trail keeps so much. */
const agentKept = 200;

/**
 * Did the same caller make the same call in the same way, with the same end, before (S25, S28)? What was done within the last
 * day may belong to this very attempt. A habit excuses nothing: who holds the key has its name, and may write its user agent.
 */
export function knownAutomation({ alert, exportTrail }: CaseFile): Finding {
  const id = 'known-automation';
  const sources = ['S25', 'S28'];
  const question = 'Is it a habit: the same call by the same caller and user agent, with the same end, before?';
  const agent = alert.userAgent?.slice(0, agentKept);
  if (agent === undefined) return unanswered(id, sources, question, 'the alert names no user agent');
  if (!exportTrail) return unanswered(id, sources, question, 'the export calls of the account were not read');
  const until = Date.parse(alert.time) - shortlyBefore;
  const earlier = exportTrail.events.filter(
    (event) => event.eventName === alert.eventName && byActor(event, alert.principal) && Date.parse(event.time) < until,
  );
  const alike = earlier.filter(({ userAgent, errorCode }) => userAgent === agent && errorCode === alert.errorCode);
  const end = alert.errorCode === undefined ? 'that succeeded' : `refused with ${alert.errorCode}`;
  if (alike.length > 0) {
    const detail = `${times(alike, end)}; no proof, for a name and a user agent can be borrowed`;
    return overTime(exportTrail, finding(id, sources, question, 'yes', detail));
  }
  const others = earlier.length === 0 ? '' : `; ${times(earlier, 'of another user agent or end')}`;
  const why = whyIncomplete(exportTrail);
  return overTime(
    exportTrail,
    why === null
      ? finding(id, sources, question, 'no', `no such call between ${exportTrail.from} and the day before${others}`)
      : unanswered(id, sources, question, `${why}${others}`),
  );
}

function times(calls: TrailEvent[], which: string): string {
  const sorted = calls.map(({ time }) => time).sort();
  return `${calls.length} call(s) ${which}, the first at ${sorted[0] ?? ''} and the last at ${sorted.at(-1) ?? ''}`;
}
