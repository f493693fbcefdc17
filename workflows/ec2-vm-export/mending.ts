import { containmentPlan } from '../../src/domain/plan/containment-plan.ts';
import { eradicationPlan } from '../../src/domain/plan/eradication-plan.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { recoveryPlan } from '../../src/domain/plan/recovery-plan.ts';
import { standingActions, wasUndone } from '../../src/domain/plan/undo-plan.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { observe } from '../activities.ts';
import { observed } from '../shared/observed.ts';
import { accountForBoth } from './account-wide.ts';
import type { Case } from './case.ts';
import { placeOf } from '../shared/place.ts';
import { readTargets } from './targets.ts';
import { actionKind } from '../../src/domain/acts/action-id.ts';

/** What recovery changes, beside what containment did. */
export async function readControls(
  incident: IncidentRun,
  known: Case,
): Promise<Case & { ebsEncryption: boolean | null; permissionTaken: boolean }> {
  const [targets, ebsEncryption] = await Promise.all([
    readTargets(incident, known),
    observed(incident.record, 'EBS encryption by default', observe.describeEbsEncryption(placeOf(known.alert))),
  ]);
  const permissionTaken = standingActions(incident.record.actions).some(
    ({ id }) => actionKind(id) === 'narrow-permission',
  );
  return { ...targets, ebsEncryption, permissionTaken };
}

/**
 * What all three phases would do now, as one plan: drift and failures are mended in recovery, whichever phase they are of.
 * What was undone before it is the plan's turn stays so.
 */
export async function mendingPlan(incident: IncidentRun, known: Case, foundBucket: Case['bucket']): Promise<Plan> {
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
