import type { Answer, Finding } from './evidence.ts';
import type { TrailEvent, TrailFacts } from './facts.ts';

/** A finding without evidence yet: references to stored evidence are added by whoever stored it. */
export function finding(
  id: string,
  sources: string[],
  question: string,
  answer: Answer,
  detail: string,
  whyUnknown?: string,
): Finding {
  return { id, sources, question, answer, detail, ...(whyUnknown !== undefined && { whyUnknown }), evidence: [] };
}

/** A question that could not be answered, with the reason instead of a guess (P8). */
export const unanswered = (id: string, sources: string[], question: string, why: string): Finding =>
  finding(id, sources, question, 'unknown', `not known: ${why}`, why);

const mostNamed = 5;

/** The first few of a list, and how many more there are. */
export const some = (items: string[]): string =>
  items.length > mostNamed
    ? `${items.slice(0, mostNamed).join('; ')}; and ${items.length - mostNamed} more`
    : items.join('; ');

export const told = ({ eventName, principalArn, sourceAddress, time, errorCode }: TrailEvent): string =>
  `${eventName}${errorCode === undefined ? '' : ` (${errorCode})`} at ${time}` +
  (principalArn === undefined ? '' : ` by ${principalArn}`) +
  (sourceAddress === undefined ? '' : ` from ${sourceAddress}`);

/** Why events may be missing from a trail, or null: then what it does not hold did not happen in its window. */
export function whyIncomplete(trail: TrailFacts): string | null {
  const gap = trail.gaps[0];
  if (gap) return `${gap.what}: ${gap.why}`;
  if (trail.truncated) return 'the trail was not read to its end';
  return trail.events.length < trail.total
    ? `only the newest ${trail.events.length} of ${trail.total} events were kept`
    : null;
}

/** Answers "did this happen?" from a trail: a yes by its events, a no only where the trail is complete. */
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
  if (found.length > 0) return finding(id, sources, question, 'yes', some(found.map(told)));
  const why = whyIncomplete(trail);
  return why === null
    ? finding(id, sources, question, 'no', `${none} between ${trail.from} and ${trail.to}`)
    : unanswered(id, sources, question, why);
}
