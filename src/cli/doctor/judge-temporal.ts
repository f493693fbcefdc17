import type { SearchAttributeTypes } from '../../temporal/search-attributes.ts';
import { indexedValueTypes } from '../../temporal/search-attributes.ts';
import { taskQueues, type WorkerRole } from '../../domain/names.ts';
import { watchedDays } from '../../domain/cut-short.ts';
import { durationText } from '../../domain/duration-text.ts';
import { failed, ok, warning, type Check, type Finding } from './check.ts';

/** Judges what Temporal answered; asks nothing. */

export function judgeSearchAttributes(
  present: Record<string, number>,
  wanted: SearchAttributeTypes,
  namespace: string,
): Finding {
  const types = Object.entries(indexedValueTypes(wanted));
  const missing = types.filter(([name]) => present[name] === undefined).map(([name]) => name);
  const others = types.filter(([name, type]) => present[name] !== undefined && present[name] !== type);
  if (others.length > 0) {
    const names = others.map(([name]) => name).join(', ');
    return failed(`of another type than ours: ${names}`, `use a namespace where these are free, or remove them there`);
  }
  if (missing.length === 0) return ok(`all ${types.length} are registered`);
  return failed(`not registered in namespace ${namespace}: ${missing.join(', ')}`, 'soar setup');
}

const day = 86_400_000;

/** `milliseconds` that the namespace keeps what has closed. */
export function judgeRetention(milliseconds: number, namespace: string): Finding {
  const found = `closed incidents are kept for ${durationText(milliseconds)}`;
  if (milliseconds >= 7 * day) return ok(found);
  return warning(
    found,
    `an undo after close reads the incident from Temporal: give the namespace a week or more (temporal operator namespace update --namespace ${namespace} --retention 7d)`,
  );
}

/** How many are open and wait for people, and which ended lately with nothing of ours running at the end. */
export function judgeIncidents({
  open,
  awaiting,
  cutShort,
}: Record<'open' | 'awaiting', number> & { cutShort: string[] }): Finding {
  const found = `${open} open, ${awaiting} of them wait for people (soar incident list --awaiting)`;
  if (cutShort.length === 0) return ok(found);
  return warning(
    `${found}; ended within ${watchedDays} days without a report: ${cutShort.join(', ')}`,
    'see in Temporal UI who ended them and what was done by then; soar audit seal KEY keeps the record',
  );
}

/** Runs that have waited too long for their seal, and those that nobody tries to seal any more; null: there is none. */
export function judgeSeals({ waiting, failed }: Record<'waiting' | 'failed', number>): Finding | null {
  if (waiting + failed === 0) return null;
  return warning(
    `${waiting} closed run(s) wait for their seal for more than two hours, ${failed} could not be sealed within a week`,
    'soar incident show KEY says why; then soar audit seal KEY, before the retention of the namespace is over',
  );
}

/** Open incidents, and those whose key is not where the configuration says that keys are. */
export function judgeKeys({ open, without }: Record<'open' | 'without', number>): Finding | null {
  if (open === 0) return null;
  if (without === 0) return ok(`there for each of ${open} open incident(s)`);
  const found = `${without} of ${open} open incidents have none in encryption.keys, or encryption.keyBucket: they stand still`;
  const next =
    'is it the folder that they began with, and mounted? Else restore it; what began before encryption was on has none';
  return without === open ? failed(found, next) : warning(found, next);
}

/** Servers do not say it, and neither does Temporal Cloud. */
export const judgeFairness = (): Finding =>
  ok(
    'keys are sent with each incident; whether this server shares workers out by them it does not say (matching.enableFairness)',
  );

/** A worker that asked for tasks of a queue. */
export interface Poller {
  identity: string;
  /** Milliseconds since 1970. */
  lastAccess: number;
  /** Of the worker's code, where its queue is versioned. */
  buildId: string | null;
}
export interface Queue {
  pollers: Poller[];
  /** The longest that a task has waited, in milliseconds. */
  backlogAge: number;
  backlog: number;
}

/** A poll lasts a minute: who has not come back after two is gone, though the server lists it for five. */
const gone = 2 * 60_000;
const tooLong = 5 * 60_000;

export const present = ({ pollers }: Queue, now: number): Poller[] =>
  pollers.filter(({ lastAccess }) => now - lastAccess < gone);

export function judgeQueue(role: WorkerRole, queue: Queue, now: number): Finding {
  const name = taskQueues[role];
  const there = new Set(present(queue, now).map(({ identity }) => identity));
  const waiting =
    queue.backlog > 0 ? `; ${queue.backlog} task(s) wait, one for ${Math.round(queue.backlogAge / 1000)} s` : '';
  if (there.size === 0) {
    const found = `nobody polls ${name}${waiting}`;
    // Alerts come in without it, and it may not be wanted: nothing fetches them then.
    return role === 'detect'
      ? warning(
          found,
          'soar worker --role detect, where rules, queues or data events of a search engine are wanted (docs/alerts.md)',
        )
      : failed(found, `soar worker --role ${role}`);
  }
  const found = `${there.size} worker(s) on ${name}${waiting}`;
  if (queue.backlog === 0 || queue.backlogAge < tooLong) return ok(found);
  return warning(found, `start more workers (soar worker --role ${role}), or see in Temporal UI what holds them up`);
}

export interface Releases {
  /** The build that new incidents begin on. */
  current: string | null;
  /** Builds with open workflows. */
  open: { buildId: string; workflows: number; incidents: number }[];
  /** Builds whose workers poll now. */
  hosted: string[];
  /** Builds whose code lies in `releases`; null: there is no such folder. */
  kept: string[] | null;
}

/** One check for the build of new incidents, one for each build with open ones. */
export function judgeReleases({ current, open, hosted, kept }: Releases): Check[] {
  const ofNew: Finding =
    current === null
      ? failed('no build takes new incidents', 'soar worker --role incident: a build becomes current when it starts')
      : hosted.includes(current)
        ? ok(`new incidents begin on build ${current}`)
        : failed(
            `new incidents begin on build ${current}, and no worker of it polls`,
            'start a worker of that release, or make another current (temporal worker deployment set-current-version)',
          );
  return [
    { name: 'release of new incidents', ...ofNew },
    ...open.map(({ buildId, workflows, incidents }) => {
      const what = `${incidents} open incident(s), ${workflows} open workflow(s)`;
      const name = `release ${buildId}`;
      if (hosted.includes(buildId)) return { name, ...ok(`${what}, hosted`) };
      const next = kept?.includes(buildId)
        ? 'its code is kept: start the incident worker again, which hosts it'
        : 'start a worker of that release, or put its code into the folder releases and start the incident worker again';
      return { name, ...failed(`${what}, and no worker of it polls: they stand still`, next) };
    }),
  ];
}
