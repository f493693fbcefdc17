import { canonicalJson } from '../../domain/digest.ts';
import type { IncidentOpening } from '../../domain/incident.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { fails, holds, type Check } from './checks.ts';
import { asFields, resultOf, valuesOf, type HistoryEvent } from './history-events.ts';
import { jsonFile, names, sha256Of } from './manifest.ts';
import { renderings } from './renderings.ts';

const ends = /^workflowExecution(Completed|Failed|TimedOut|Canceled|Terminated|ContinuedAsNew)$/;

/** The events are all there: numbered without a gap, in time, up to an end if there was one. */
export function checkHistory(events: HistoryEvent[], closed: boolean): Check {
  const check = 'history';
  for (const [index, { id, time }] of events.entries()) {
    if (id !== index + 1) return fails(check, `event ${index + 1} is missing`);
    const before = events[index - 1]?.time ?? '';
    // A worker's start is noted when it is known, with the time at which it was.
    if (Number.isNaN(Date.parse(time))) return fails(check, `event ${id} has no time`);
    if (Date.parse(time) < Date.parse(before) && !isBuffered(events[index])) {
      return fails(check, `event ${id} is earlier than the one before it`);
    }
  }
  const last = events.at(-1);
  if (closed && !ends.test(last?.kind ?? ''))
    return fails(check, `it ends with event ${events.length}, which is no end`);
  return holds(check, `${events.length} events${closed ? '' : '; still open'}`);
}

const isBuffered = (event: HistoryEvent | undefined): boolean =>
  /^activityTaskStarted$|Signaled$|^activityTask|^timerFired$/.test(event?.kind ?? '');

const ofReports = [names.report, names.reportText, names.reportPage, names.reportEvent, names.decisions];

/** Report, policy and decisions are those of the history. */
export function checkDerived(
  files: Map<string, Buffer>,
  events: HistoryEvent[],
  { policy, policyDigest }: IncidentOpening,
  sameWords: boolean,
): Check {
  const report = resultOf(events) as IncidentReport | undefined;
  const expected = [
    jsonFile(names.policy, { policy, policyDigest }),
    ...(report
      ? [
          jsonFile(names.report, report),
          jsonFile(names.decisions, { requests: report.requests, decisions: report.decisions }),
          // Another release words it differently; the manifest vouches for what it wrote then.
          ...(sameWords ? renderings(report) : []),
        ]
      : []),
  ];
  const wrong = expected.find(({ path, content }) => !files.get(path)?.equals(content));
  if (wrong) return fails('report', `${wrong.path} is not what the history comes to`);
  const extra = report ? undefined : ofReports.find((path) => files.has(path));
  if (extra) return fails('report', `${extra} is there although the incident came to no report`);
  const note = sameWords || !report ? '' : `; its renderings are in the words of their own release`;
  return holds('report', `${expected.map(({ path }) => path).join(', ')}${note}`);
}

/** What was stored is what the store said that it stored. */
export function checkEvidence(events: HistoryEvent[]): Check {
  const inputs = new Map<number, unknown>();
  let compared = 0;
  for (const { id, kind, attributes } of events) {
    if (kind === 'activityTaskScheduled' && asFields(attributes.activityType).name === 'storeReport') {
      inputs.set(id, valuesOf(attributes.input)[0]);
    }
    const input = kind === 'activityTaskCompleted' ? inputs.get(Number(attributes.scheduledEventId)) : undefined;
    if (input === undefined) continue;
    const stored = asFields(asFields(valuesOf(attributes.result)[0]).json);
    const sha256 = sha256Of(Buffer.from(canonicalJson(asFields(input).report)));
    if (stored.sha256 !== sha256) return fails('evidence', `event ${id}: what was stored has another SHA-256`);
    compared += 1;
  }
  return holds('evidence', `${compared} stored documents`);
}
