import type { SeverityFacts } from '../severity/assessment.ts';
import { concealing } from '../data/concealing-calls.ts';
import { whyChangesMissing, whyUnread } from './finding.ts';
import { isResponder } from '../policy/perimeter.ts';
import type { ConcealingCall } from '../data/rows.ts';
import type { TrailEvent, TrailFacts, BlindingCalls } from './trail-facts.ts';

/** Those that count whatever they touch, when the actor calls them. */
const byActor = (calls: ConcealingCall[]): Set<string> =>
  new Set(calls.filter(({ on }) => on !== 'log buckets').map(({ call }) => call));

/** What is looked for in the whole account. */
export const blindingCalls = concealing.filter(({ by }) => by === 'anybody').map(({ call }) => call);

/** What is known of calls that hide something; `laterTrail`: what the actor did as CloudTrail told it the second time. */
export interface ConcealmentFacts {
  actorTrail: TrailFacts | null;
  laterTrail?: TrailFacts | null;
  blinding?: BlindingCalls;
}

/** Whether anybody tried to hide something: the actor by its trail, others in the account by what was looked for there. */
export function concealmentIn(
  { actorTrail, laterTrail, blinding: byAnybody }: ConcealmentFacts,
  calls = concealing,
): SeverityFacts['concealment'] {
  const logBuckets = byAnybody?.logBuckets ?? [];
  const ofActor = byActor(calls);
  const always = new Set(calls.filter(({ by, on }) => by === 'anybody' && on === undefined).map(({ call }) => call));
  const onLogBuckets = new Set(calls.filter(({ on }) => on !== undefined).map(({ call }) => call));
  const touchesLogs = ({ eventName, recording, resources }: TrailEvent): boolean =>
    onLogBuckets.has(eventName) &&
    logBuckets.some((bucket) => recording?.bucket === bucket || resources.includes(bucket));
  const trails = [actorTrail, laterTrail].filter((trail) => trail != null);
  const own = trails
    .flatMap(({ events }) => events)
    .filter((event) => takesAway(event) && (ofActor.has(event.eventName) || touchesLogs(event)));
  const others = (byAnybody?.trail?.events ?? []).filter(
    (event) =>
      takesAway(event) &&
      !isResponder(event.principalArn ?? '', byAnybody?.responders ?? []) &&
      (always.has(event.eventName) || touchesLogs(event)),
  );
  const unlisted = [...new Set(trails.flatMap((trail) => notKept(trail, ofActor)))];
  const done = [...new Map([...own, ...others].map((event) => [event.eventId, event])).values()];
  if (done.length + unlisted.length > 0) {
    return { value: 'yes', evidence: [...done.map(words), ...unlisted].join(', ') };
  }

  const unread = trails.length === 0 ? "the actor's trail was not read" : null;
  const why = unread ?? trails.map(whyUnread).find((reason) => reason !== null) ?? null;
  if (why !== null) return { value: 'unknown', evidence: why };
  const made = trails.map(({ total, from, to }) => `${total} calls between ${from} and ${to}`).join(' and ');
  const none = `none of the actor's ${made} hides anything`;
  if (!byAnybody) return { value: 'no', evidence: none };
  const whyOthers = byAnybody.trail
    ? whyChangesMissing(byAnybody.trail)
    : 'what anybody else did to trails and logs was not read';
  return whyOthers === null
    ? { value: 'no', evidence: `${none}, and nobody else of the account took logging away` }
    : { value: 'unknown', evidence: whyOthers };
}

/** It succeeded, and did not switch something on or widen it. */
const takesAway = ({ errorCode, recording }: TrailEvent): boolean =>
  errorCode === undefined && recording?.effect !== 'not less';

/** Counted, but pushed out of the kept events by newer ones: whether it succeeded is not known, that it was tried is. */
const notKept = (trail: TrailFacts, names: ReadonlySet<string>): string[] =>
  Object.entries(trail.countByName)
    .filter(([name, count]) => names.has(name) && count > trail.events.filter((e) => e.eventName === name).length)
    .map(([name]) => name);

const words = ({ eventName, recording, principalArn, principalAccount, time }: TrailEvent): string => {
  const who = principalArn ?? (principalAccount === undefined ? undefined : `account ${principalAccount}`);
  const bucket = recording?.bucket === undefined ? '' : ` on bucket ${recording.bucket}`;
  const what = recording ? ` (${recording.what})` : '';
  return `${eventName}${bucket}${what} at ${time}${who === undefined ? '' : ` by ${who}`}`;
};
