import { condition } from '@temporalio/workflow';
import { causeWords, changeOf, driftCauses, whereChanged, type Drift } from '../../src/domain/watch/drift.ts';
import { failedActions, type ActionRecord, type Plan } from '../../src/domain/plan/plan.ts';
import { standingActions } from '../../src/domain/plan/undo-plan.ts';
import { shortened } from '../../src/domain/approval/request-message.ts';
import { carryOut, mostTold } from './carry-out.ts';
import type { RecheckRecord } from '../../src/domain/report/report.ts';
import type { IncidentRun } from './incident-run.ts';
import { readingBack, type ReadBack } from './read-back.ts';
import { now } from './record.ts';
import { triedAgain } from './summary.ts';
import { readTrail } from './trail.ts';

/** What only the playbook knows of what it left behind. */
export interface Rechecked {
  /** Everything that it would do now, as one plan. */
  planNow: () => Promise<Plan>;
  /** What was opened beside the targets of its acts; `unseen`: why something may have been that was not seen, or null. */
  openedSince: () => Promise<{ drifted: Drift[]; unseen: string | null }>;
  /** What else is read at the same time; it is judged before anything is asked. */
  alongside?: (readBack: ReadBack) => Promise<void>;
}

/**
 * Compares reality with what was left behind. What drifted, what was opened beside it, and what had failed, is planned and
 * asked about again, with who may have changed it.
 */
export async function recheck(incident: IncidentRun, { planNow, openedSince, alongside }: Rechecked): Promise<void> {
  const { record } = incident;
  const readBack = readingBack(incident);
  const left = whatWasLeftBehind(incident);
  const [checks, opened] = await Promise.all([
    Promise.all(left.map(async (action) => ({ id: action.id, check: await readBack(action) }))),
    openedSince(),
    alongside?.(readBack),
  ]);
  // Some of it may have been undone while it was looked at.
  const still = new Set(whatWasLeftBehind(incident).map(({ id }) => id));
  const changed = checks.flatMap(({ id, check }) =>
    check && check.standing !== 'done' && still.has(id) ? [{ id, detail: check.detail }] : [],
  );
  const drifted = [...changed, ...opened.drifted.filter(({ id }) => !changed.some((drift) => drift.id === id))];
  const { unseen } = opened;
  if (unseen !== null) record.addOnce('gap', `whether anything was opened since containment is not known: ${unseen}`);
  const unknown = unseen !== null || checks.some(({ check }) => check === null);
  const failed = failedActions(record.actions).filter((id) => !drifted.some((drift) => drift.id === id));
  const notInPlace = failed.length > 0 ? { notInPlace: failed } : {};
  if (drifted.length === 0) {
    const result = unknown ? 'unknown' : 'holds';
    record.rechecks.push({ at: now(), result, drifted, ...notInPlace });
    record.add(
      'recheck',
      `${result}: ${left.length} checked${failed.length > 0 ? `; not in place: ${failed.join(', ')}` : ''}`,
    );
    if (failed.length === 0) return;
  }

  const ids = new Set([...drifted.map(({ id }) => id), ...failed]);
  let mending = await planNow();
  const told = await Promise.all(drifted.map((drift) => explained(incident, drift, mending)));
  if (told.length > 0) {
    record.rechecks.push({ at: now(), result: 'drift', drifted: told, ...notInPlace });
    const drift = `drift: ${told.map(driftWords).join('; ')}`;
    record.add('recheck', drift);
    incident.people.learnt(shortened(`what was put in place does not hold, ${drift}`, mostTold));
  }
  let planned = 0;
  const plan = async () => {
    if (planned++ > 0) mending = await planNow();
    return mending;
  };
  const again = triedAgain(await carryOut(incident, plan, ids), incident.key);
  if (again !== null) incident.people.learnt(again);
}

/** With the calls that may have caused it, and what putting it back changes. */
async function explained(incident: IncidentRun, drift: Drift, mending: Plan): Promise<Drift> {
  const { record, opening, policy } = incident;
  const done = record.actions.findLast(({ id }) => id === drift.id);
  const mends = mending.actions.find(({ id }) => id === drift.id);
  const target = done ?? mends;
  const attribute = target ? whereChanged(target.input) : null;
  const change = changeOf(mends);
  if (!target || !attribute) return { ...drift, ...(change ? { change } : {}) };
  // A copy may be in another Region than what the alert is about.
  const place = { ...opening.alert, region: target.input.region };
  // What nobody has changed for us may have been opened at any time since the export.
  const span = { from: done?.at ?? opening.alert.time, keep: 50 };
  const trail = await readTrail(incident, place, `who changed ${attribute.value}`, attribute, span);
  const causes = trail ? driftCauses(trail, policy.responders) : [];
  return { ...drift, ...(causes.length > 0 ? { causes } : {}), ...(change ? { change } : {}) };
}

const driftWords = ({ id, detail, causes = [] }: Drift): string =>
  `${id}: ${detail}${causes.length > 0 ? `, perhaps by ${causes.map(causeWords).join(', ')}` : ''}`;

/** What stands and can be looked at again; what is undone, or about to be, does not drift. */
const whatWasLeftBehind = ({ record, undos }: IncidentRun): ActionRecord[] =>
  standingActions(record.actions).filter(({ id, input }) => input.act !== 'cancelExportTask' && !undos.isDeciding(id));

/**
 * Comes back after hours and days, as the policy says, and looks again; ends early when the incident is to close. Then
 * everything that was asked beside it comes to its end. Answers how often it looked, in words.
 */
export async function comeBack(incident: IncidentRun, look: () => Promise<void>): Promise<string> {
  const { policy, record } = incident;
  const began = Date.now();
  for (const delay of policy.rechecks) {
    await condition(() => incident.closing, Math.max(began + delay - Date.now(), 1));
    if (incident.closing) break;
    await look();
  }
  if (policy.rotation) await incident.credentials.settled(policy.rotation, () => incident.closing);
  await incident.temporary.lifted();
  await incident.retries.settled();
  await incident.undos.settled();
  const came = (to: RecheckRecord['result']) => record.rechecks.filter(({ result }) => result === to).length;
  const unknown = came('unknown');
  return `${record.rechecks.length} recheck(s), ${came('drift')} with drift${unknown === 0 ? '' : `, ${unknown} could not see everything`}`;
}
