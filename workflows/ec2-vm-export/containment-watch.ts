import { condition } from '@temporalio/workflow';
import { preserves } from '../../src/domain/acts/action-kinds.ts';
import {
  containedFinding,
  judgeContainment,
  mostWatched,
  seenIn,
  watchedIn,
  type ContainmentCheck,
  type Watched,
} from '../../src/domain/watch/containment-watch.ts';
import { restingOn } from '../../src/domain/findings/finding-evidence.ts';
import { shutsOut } from '../../src/domain/watch/opened-since.ts';
import { leftOpen, notContained } from '../../src/domain/watch/not-contained.ts';
import type { ActionRecord } from '../../src/domain/plan/plan.ts';
import { standingActions } from '../../src/domain/plan/undo-plan.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { readingBack, type ReadBack } from '../shared/read-back.ts';
import { now } from '../shared/record.ts';
import type { Case } from './case.ts';
import { readTask } from './targets.ts';
import { readTrail } from '../shared/trail.ts';

const keep = 100;

/**
 * Looks, beside the phases that follow, whether the containment holds: until it is observed to, or people have been told
 * what does not. Absent times: an incident of an earlier version, which did not look.
 */
export async function watchContainment(incident: IncidentRun, contained: Case): Promise<void> {
  const { watch } = incident.policy;
  if (!watch || containing(incident).length === 0) return;
  const began = Date.now();
  let last: ContainmentCheck | undefined;
  for (const delay of watch.checks) {
    await condition(() => incident.closing, Math.max(began + delay - Date.now(), 1));
    if (incident.closing) return;
    last = await checkContainment(incident, contained, readingBack(incident));
    if (last?.result === 'observed') return;
  }
  if (last && last.result !== 'broken') tell(incident, `the containment was not seen to hold: ${last.detail}`);
}

/** One look. What does not hold is told at once, each time that it is seen. */
export async function checkContainment(
  incident: IncidentRun,
  known: Case,
  readBack: ReadBack,
): Promise<ContainmentCheck | undefined> {
  const { policy, record } = incident;
  const done = containing(incident);
  if (!policy.watch || done.length === 0) return undefined;
  const all = watchedIn(done, known.alert, known.lineage);
  const watched = all.slice(0, mostWatched);
  if (all.length > watched.length) {
    record.addGap('whether the containment holds', `only ${mostWatched} of ${all.length} keys are looked up`);
  }
  const [trails, left, task] = await Promise.all([
    Promise.all(watched.map(async (who) => [who.attribute.value, await callsOf(incident, known, who)] as const)),
    Promise.all(done.map(async (action) => ({ id: action.id, check: await readBack(action) }))),
    readTask(incident, known.alert),
  ]);
  const preserved = policy.runningExport === 'preserve';
  const ofContainment = (id: string) => isOfContainment(incident, id);
  const atLarge = [...notContained(known, done), ...leftOpen(known, record.actions, ofContainment)];
  const facts = { at: now(), watched, trails: Object.fromEntries(trails), atLarge, readBack: left, task, preserved };
  const check = judgeContainment(facts, policy.watch);
  record.addFindings([restingOn(containedFinding(check), ...seenIn(facts))]);
  record.add('recheck', `containment ${check.result}: ${check.detail}`);
  if (check.result === 'broken') tell(incident, `the containment does NOT hold: ${check.detail}`);
  return check;
}

/** What containment did and nobody has undone, also where it was mended, or showed late. Copies and snapshots are no part of it. */
const containing = (incident: IncidentRun): ActionRecord[] =>
  standingActions(incident.record.actions).filter(
    ({ id, input }) => isOfContainment(incident, id) && !preserves(input.act) && !incident.undos.isDeciding(id),
  );

export const isOfContainment = ({ record }: IncidentRun, id: string): boolean =>
  shutsOut(id) || record.actions.some((action) => action.id === id && action.phase === 'containment');

const callsOf = (incident: IncidentRun, { alert }: Case, { attribute, since }: Watched) =>
  readTrail(incident, alert, `calls of ${attribute.value} since it was contained`, attribute, { from: since, keep });

const tell = ({ people }: IncidentRun, text: string): void => {
  people.remind(text, () => true);
};
