import type { TargetCheck } from '../acts/acts.ts';
import type { Alert } from '../alert/alert.ts';
import { iamIdentity } from '../alert/principal.ts';
import type { EvidenceRef, Finding } from '../findings/evidence.ts';
import { referencesIn } from '../findings/finding-evidence.ts';
import type { ExportTaskFacts } from '../findings/facts.ts';
import { finding, some, told, unanswered, whyIncomplete } from '../findings/finding.ts';
import type { Hop, Lineage } from '../findings/lineage.ts';
import type { ActionRecord } from '../plan/plan.ts';
import type { WatchTimes } from '../response-policy.ts';
import { ruledKind } from '../acts/action-id.ts';
import type { TrailEvent, TrailFacts } from '../findings/trail-facts.ts';
import type { Kept } from '../findings/kept.ts';

/** Whose calls are looked up: a key, or a user with all that it signs in with. */
export interface Watched {
  attribute: { name: 'AccessKeyId' | 'Username'; value: string };
  /** When it was contained, ISO 8601 UTC. */
  since: string;
}

export interface ContainmentCheck {
  /** ISO 8601 UTC. */
  at: string;
  /** `too-early`: nothing speaks against it, and the log may not have told everything yet. */
  result: 'observed' | 'too-early' | 'broken' | 'unknown';
  /** What it rests on, or what does not hold. */
  detail: string;
}

export const mostWatched = 10;

/** Who was contained, by what was done and still stands: its keys, its user, the sessions that are known of its role. */
export function watchedIn(actions: ActionRecord[], alert: Alert, lineage: Lineage | null): Watched[] {
  const found = new Map<string, Watched>();
  const watch = (name: Watched['attribute']['name'], value: string, since: string) => {
    if (!found.has(value)) found.set(value, { attribute: { name, value }, since });
  };
  for (const { id, input, at } of actions) {
    switch (input.act) {
      case 'setAccessKeyStatus':
        for (const key of input.keys) if (key.after === 'Inactive') watch('AccessKeyId', key.accessKeyId, at);
        break;
      case 'putInlinePolicy':
        if (ruledKind(id) !== 'deny-actor') break;
        if (input.holder.type === 'user') {
          watch('Username', input.holder.name, at);
          // CloudTrail lists a federated session under a name that its giver chose.
          const { kind, accessKeyId } = alert.principal;
          const given = kind === 'federated-user' && iamIdentity(alert.principal)?.name === input.holder.name;
          if (given && accessKeyId !== undefined) watch('AccessKeyId', accessKeyId, at);
        } else for (const key of sessionsOf(input.holder.name, alert, lineage)) watch('AccessKeyId', key, at);
        break;
      case 'revokeRoleSessions':
        for (const key of sessionsOf(input.roleName, alert, lineage)) watch('AccessKeyId', key, at);
        break;
      default:
    }
  }
  return [...found.values()];
}

/** Keys of the role's sessions that this incident knows of. */
function sessionsOf(roleName: string, { principal }: Alert, lineage: Lineage | null): string[] {
  const hops: Hop[] = [...(lineage?.behind ?? []), ...(lineage?.taken ?? [])];
  const own = principal.kind === 'assumed-role' && principal.name === roleName ? [principal.accessKeyId] : [];
  const others = hops.filter(({ roleArn }) => roleArn?.split('/').at(-1) === roleName).map((hop) => hop.accessKeyId);
  return [...own, ...others].filter((key) => key !== undefined);
}

/** What no policy can deny, and what a sign-in alone is: it does nothing for whoever is denied everything. */
const harmless = (event: TrailEvent): boolean =>
  event.eventName === 'GetCallerIdentity' || event.eventSource === 'signin.amazonaws.com';

export interface WatchFacts {
  at: string;
  watched: Watched[];
  /** By the watched value; null: it could not be read. */
  trails: Record<string, TrailFacts | null>;
  /** Who may go on although others were contained; see `notContained`. */
  atLarge: string[];
  /** What each act of containment left behind, read again; null: it could not be read. */
  readBack: { id: string; check: (TargetCheck & Kept) | null }[];
  task: ExportTaskFacts | null;
  /** A running export is left to finish, unread. */
  preserved: boolean;
}

export function judgeContainment(facts: WatchFacts, times: WatchTimes): ContainmentCheck {
  const { at, watched, trails, atLarge, readBack, task, preserved } = facts;
  const after = watched.flatMap(({ attribute, since }) =>
    (trails[attribute.value]?.events ?? []).filter(
      ({ time }) => Date.parse(time) > Date.parse(since) + times.propagation,
    ),
  );
  const calls = [...new Map(after.map((event) => [event.eventId, event])).values()];
  const succeeded = calls.filter((event) => event.errorCode === undefined && !harmless(event));
  const denied = calls.filter(({ errorCode }) => errorCode !== undefined);
  const gone = readBack.filter(({ check }) => check && check.standing !== 'done' && check.standing !== 'gone');
  const running = !preserved && (task?.state === 'active' || task?.state === 'cancelling');

  const broken = [
    ...(succeeded.length > 0 ? [`calls that succeeded since: ${some(succeeded.map(told))}`] : []),
    ...gone.map(({ id, check }) => `${id} does not hold: ${check?.detail ?? ''}`),
    ...(running ? [`export ${task.exportTaskId} is ${task.state}`] : []),
  ];
  const isRead = watched.length > 0 && watched.every(({ attribute }) => isWhole(trails[attribute.value]));
  const tries =
    denied.length > 0
      ? [`${denied.length} denied: ${some(denied.map(told))}`]
      : // Where calls could not be read, nobody knows.
        isRead
        ? ['no call was denied']
        : [];
  if (broken.length > 0) return { at, result: 'broken', detail: [...broken, ...tries].join('; ') };

  const unread = [
    ...(watched.length === 0 ? ['no key and no name is known whose calls could be looked up'] : []),
    ...watched.flatMap(({ attribute: { value } }) => {
      const trail = trails[value];
      const why = trail ? whyIncomplete(trail) : 'its calls could not be read';
      return why === null ? [] : [`${value}: ${why}`];
    }),
    ...readBack.filter(({ check }) => check === null).map(({ id }) => `${id} could not be read`),
  ];
  const unseen = [...(atLarge.length > 0 ? [`not contained: ${some(atLarge)}`] : []), ...unread];
  if (unseen.length > 0) return { at, result: 'unknown', detail: [...unseen, ...tries].join('; ') };

  const logged = Math.max(0, ...watched.map(({ since }) => Date.parse(since))) + times.propagation + times.logLag;
  if (Date.parse(at) < logged) {
    return {
      at,
      result: 'too-early',
      detail: `nothing speaks against it, but CloudTrail may be late; ${tries.join('; ')}`,
    };
  }
  const who = watched.map(({ attribute }) => attribute.value).join(', ');
  return {
    at,
    result: 'observed',
    detail: `no call of ${who} succeeded; ${readBack.length} act(s) read back; ${tries.join('; ')}`,
  };
}

const isWhole = (trail: TrailFacts | null | undefined): boolean => !!trail && whyIncomplete(trail) === null;

/** Where the answers lie that a check rests on. */
export const seenIn = ({ trails, readBack, task }: WatchFacts): EvidenceRef[] =>
  referencesIn([...Object.values(trails), ...readBack.map(({ check }) => check), task]);

/** The latest check as a finding (S100, S110): what was not looked at, or not long enough, is not known. */
export function containedFinding({ result, detail, at }: ContainmentCheck): Finding {
  const id = 'contained';
  const sources = ['S93', 'S97', 'S100'];
  const question = 'Does the containment hold?';
  if (result === 'observed') return finding(id, sources, question, 'yes', `${detail} (looked at ${at})`);
  if (result === 'broken') return finding(id, sources, question, 'no', detail);
  return unanswered(id, sources, question, detail);
}
