import type { Answer, EvidenceRef, Finding } from './evidence.ts';
import { restingOn } from './finding-evidence.ts';
import { basisOf, systemAsked, type System } from './finding-basis.ts';
import type { TrailEvent, TrailFacts } from './trail-facts.ts';

/** A finding without evidence yet: references to stored evidence are added by whoever stored it. */
export function finding(
  id: string,
  sources: string[],
  question: string,
  answer: Answer,
  detail: string,
  whyUnknown?: string,
): Finding {
  return {
    ...{ id, sources, question, answer, detail },
    ...(whyUnknown !== undefined && { whyUnknown }),
    ...basisOf(systemAsked(id), answer),
    evidence: [],
  };
}

/** The same finding, answered by another system than its question is put to as a rule. */
export const answeredBy = (system: System, found: Finding): Finding => ({ ...found, ...basisOf(system, found.answer) });

/** The same finding, which holds for the time that a log was asked about and rests on what it answered. */
export const overTime = (
  log: { from: string; to: string; evidence?: EvidenceRef[]; toldBy?: string } | null,
  found: Finding,
): Finding => {
  if (!log) return found;
  const { from, to, evidence = [], toldBy } = log;
  const { source } = basisOf('trail', found.answer);
  const told = toldBy !== undefined && found.source === source ? { source: toldBy } : {};
  return restingOn({ ...found, ...told, range: { from, to } }, ...evidence);
};

/** A question that could not be answered, with the reason instead of a guess (P8). */
export const unanswered = (id: string, sources: string[], question: string, why: string): Finding =>
  finding(id, sources, question, 'unknown', openWords(why), why);

/** A reason that says it already is not said twice. */
export const openWords = (why: string): string => (/^not (known|configured): /.test(why) ? why : `not known: ${why}`);

const mostNamed = 5;

/** The first few of a list, and how many more there are. */
export const some = (items: string[]): string =>
  items.length > mostNamed
    ? `${items.slice(0, mostNamed).join('; ')}; and ${items.length - mostNamed} more`
    : items.join('; ');

export const told = ({
  eventName,
  principalArn,
  sourceAddress,
  time,
  errorCode,
}: Pick<TrailEvent, 'eventName' | 'principalArn' | 'sourceAddress' | 'time' | 'errorCode'>): string =>
  `${eventName}${errorCode === undefined ? '' : ` (${errorCode})`} at ${time}` +
  (principalArn === undefined ? '' : ` by ${principalArn}`) +
  (sourceAddress === undefined ? '' : ` from ${sourceAddress}`);

/** Why a trail was not read to its end, or null. */
export function whyUnread({ gaps: [gap], truncated }: TrailFacts): string | null {
  if (gap) return `${gap.what}: ${gap.why}`;
  return truncated ? 'the trail was not read to its end' : null;
}

/** Why events may be missing from a trail, or null: then what it does not hold did not happen in its window. */
export const whyIncomplete = (trail: TrailFacts): string | null =>
  whyUnread(trail) ??
  (trail.events.length < trail.total ? `only ${trail.events.length} of ${trail.total} events were kept` : null);

/** The same where mere reads do not matter, which are left out first. */
export const whyChangesMissing = (trail: TrailFacts): string | null =>
  trail.changesLeftOut === 0 ? whyUnread(trail) : whyIncomplete(trail);

/**
 * Answers "did this happen?" from a trail: a yes by its events, a no only where the trail is complete. Asked for calls that
 * change something, hand out sessions or were refused.
 */
export function fromTrail(
  id: string,
  sources: string[],
  question: string,
  trail: TrailFacts | null,
  matches: (event: TrailEvent) => boolean,
  none: string,
): Finding {
  if (!trail) return unanswered(id, sources, question, 'the trail was not read');
  const found = trail.events.filter(matches);
  const why = whyChangesMissing(trail);
  if (found.length > 0) return overTime(trail, finding(id, sources, question, 'yes', some(found.map(told))));
  return overTime(
    trail,
    why === null
      ? finding(id, sources, question, 'no', `${none} between ${trail.from} and ${trail.to}`)
      : unanswered(id, sources, question, why),
  );
}
