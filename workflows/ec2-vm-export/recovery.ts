import { condition } from '@temporalio/workflow';
import { containmentPlan } from '../../src/domain/containment-plan.ts';
import { eradicationPlan } from '../../src/domain/eradication-plan.ts';
import { causeWords, changeOf, driftCauses, resourceOf, type Drift } from '../../src/domain/drift.ts';
import { validationFindings } from '../../src/domain/findings.ts';
import { recoveryPlan } from '../../src/domain/recovery-plan.ts';
import { standingActions, wasUndone } from '../../src/domain/undo-plan.ts';
import type { ActionRecord, Plan } from '../../src/domain/plan.ts';
import { lookupTrail, observe } from '../activities.ts';
import { carryOut } from '../shared/carry-out.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { observed } from '../shared/observed.ts';
import { now } from '../shared/record.ts';
import { accountForBoth, accountForRecovery } from './account-wide.ts';
import { judge, type Case } from './case.ts';
import { summary } from './containment.ts';
import { checkContainment } from './containment-watch.ts';
import { storeReport } from './post-incident.ts';
import { placeOf, readReads, readTargets } from './targets.ts';

/**
 * Recovery (S112–S118): take the export service's grant away, deny it unless authorised, watch for the next one. Then come
 * back after hours and days and compare reality with what was left behind; drift re-opens.
 */
export async function recover(incident: IncidentRun, investigated: Case): Promise<Case & { outcome: string }> {
  const acts = await carryOut(incident, async () =>
    recoveryPlan({
      incidentKey: incident.key,
      ...(await readControls(incident, investigated)),
      ...(await accountForRecovery(incident)),
    }),
  );
  await storeReport(incident, investigated, null);

  let known = investigated;
  const recovered = Date.now();
  for (const delay of incident.policy.rechecks) {
    await condition(() => incident.closing, Math.max(recovered + delay - Date.now(), 1));
    if (incident.closing) break;
    known = await readAgain(incident, known);
    await checkContainment(incident, known);
    await recheck(incident, known, investigated.bucket);
  }
  if (incident.policy.rotation) await incident.credentials.settled(incident.policy.rotation, () => incident.closing);
  await incident.temporary.lifted();
  await incident.undos.settled();
  const drifts = incident.record.rechecks.filter(({ result }) => result === 'drift').length;
  return {
    ...known,
    outcome: `${summary(acts)}; ${incident.record.rechecks.length} recheck(s), ${drifts} with drift`,
  };
}

/** Access logs come late: a download that they show days later still counts, and can raise severity. */
async function readAgain(incident: IncidentRun, known: Case): Promise<Case> {
  const reads = await readReads(incident, known.alert, known.bucket, known.object);
  if (reads === null) return known;
  const judged = judge(incident, { ...known, reads });
  incident.record.addFindings(validationFindings(judged));
  return judged;
}

type Controlled = Case & { ebsEncryption: boolean | null };

/** What recovery changes, beside what containment did. */
async function readControls(incident: IncidentRun, known: Case): Promise<Controlled> {
  const [targets, ebsEncryption] = await Promise.all([
    readTargets(incident, known),
    observed(incident.record, 'EBS encryption by default', observe.describeEbsEncryption(placeOf(known.alert))),
  ]);
  return { ...targets, ebsEncryption };
}

async function recheck(incident: IncidentRun, known: Case, foundBucket: Case['bucket']): Promise<void> {
  const { record } = incident;
  const left = whatWasLeftBehind(incident);
  const checks = await Promise.all(
    left.map(async ({ id, input }) => ({
      id,
      check: await observed(record, `recheck of ${id}`, observe.checkAct(input)),
    })),
  );
  // Some of it may have been undone while it was looked at.
  const still = new Set(whatWasLeftBehind(incident).map(({ id }) => id));
  const drifted = checks.flatMap(({ id, check }) =>
    check && check.standing !== 'done' && still.has(id) ? [{ id, detail: check.detail }] : [],
  );
  const unknown = checks.some(({ check }) => check === null);
  if (drifted.length === 0) {
    record.rechecks.push({ at: now(), result: unknown ? 'unknown' : 'holds', drifted });
    record.add('recheck', `${unknown ? 'unknown' : 'holds'}: ${left.length} checked`);
    return;
  }

  const ids = new Set(drifted.map(({ id }) => id));
  const planNow = () => mendingPlan(incident, known, foundBucket);
  let mending = await planNow();
  const told = await Promise.all(drifted.map((drift) => explained(incident, drift, mending)));
  record.rechecks.push({ at: now(), result: 'drift', drifted: told });
  record.add('recheck', `drift: ${told.map(driftWords).join('; ')}`);
  let planned = 0;
  const plan = async () => {
    if (planned++ > 0) mending = await planNow();
    return mending;
  };
  await carryOut(incident, plan, ids);
}

/** With the calls that may have caused it, and what putting it back changes. */
async function explained(incident: IncidentRun, drift: Drift, mending: Plan): Promise<Drift> {
  const { record, opening, policy } = incident;
  const done = record.actions.findLast(({ id }) => id === drift.id);
  const resource = done && resourceOf(done.input);
  const change = changeOf(mending.actions.find(({ id }) => id === drift.id));
  if (!done || typeof resource !== 'string') return { ...drift, ...(change ? { change } : {}) };
  const attribute = { name: 'ResourceName' as const, value: resource };
  const question = lookupTrail({ ...placeOf(opening.alert), attribute, from: done.at, to: now(), keep: 50 });
  const trail = await observed(record, `who changed ${resource}`, question);
  const causes = trail ? driftCauses(trail, policy.responders) : [];
  return { ...drift, ...(causes.length > 0 ? { causes } : {}), ...(change ? { change } : {}) };
}

const driftWords = ({ id, detail, causes = [] }: Drift): string =>
  `${id}: ${detail}${causes.length > 0 ? `, perhaps by ${causes.map(causeWords).join(', ')}` : ''}`;

/** What stands and can be looked at again; what is undone, or about to be, does not drift. */
const whatWasLeftBehind = ({ record, undos }: IncidentRun): ActionRecord[] =>
  standingActions(record.actions).filter(({ id, input }) => input.act !== 'cancelExportTask' && !undos.isDeciding(id));

/**
 * What all three phases would do now, as one plan: drift is mended in recovery, whichever phase had done it. What was
 * undone before it is the plan's turn stays so.
 */
async function mendingPlan(incident: IncidentRun, known: Case, foundBucket: Case['bucket']): Promise<Plan> {
  const input = {
    incidentKey: incident.key,
    ...(await readControls(incident, known)),
    ...(await accountForBoth(incident)),
    foundBucket,
  };
  const plans = [containmentPlan(input), eradicationPlan(input), recoveryPlan(input)];
  const actions = plans.flatMap((plan) => plan.actions).filter(({ id }) => !wasUndone(id, incident.record.actions));
  return { phase: 'recovery', actions, notPlanned: [] };
}
