import { CancellationScope } from '@temporalio/workflow';
import type { ActInput, ActResult } from '../../src/domain/acts.ts';
import type { ActionRecord, Plan, PlannedAction } from '../../src/domain/plan.ts';
import { exceedsLimit } from '../../src/domain/planning.ts';
import type { Authorisation } from '../../src/domain/authorisation.ts';
import { contain, copyExport } from '../activities.ts';
import type { Approval } from './approval-gate.ts';
import type { IncidentRun } from './incident-run.ts';
import { reasonOf } from './observed.ts';
import { now } from './record.ts';

/** After this many plans that the world overtook, people are told instead of asked again. */
const maxRounds = 5;

/**
 * Plans, asks, acts (P2). A target that changed since it was planned is not touched: the facts are read again and the
 * new plan is asked about (P3). Whatever becomes of an action is on record.
 */
export async function carryOut(
  incident: IncidentRun,
  makePlan: () => Promise<Plan>,
  /** Limits the plan to these action ids, such as those that drifted. */
  only?: ReadonlySet<string>,
): Promise<ActionRecord[]> {
  const records: ActionRecord[] = [];
  let wanted = only;

  for (let round = 1; round <= maxRounds && !incident.closing; round++) {
    const made = await makePlan();
    const plan = restrict(made, wanted);
    if (round === 1 && !only) incident.record.notPlanned.push(...plan.notPlanned);
    if (plan.actions.length === 0) return records;
    if (exceedsLimit(plan, incident.policy) > 0) {
      incident.record.notPlanned.push({
        what: `${plan.actions.length} actions in ${plan.phase}`,
        why: `the policy allows ${incident.policy.actionLimit} in one plan`,
      });
      return records;
    }

    const approval = await incident.gate.ask(plan, () => incident.closing);
    if (approval.result === 'replaced') continue;

    const overtaken = new Set<string>();
    for (const action of plan.actions) {
      const record = await take(action, plan, approval, incident.closing);
      incident.record.add('action', `${action.id}: ${record.status}, ${record.detail}`);
      if (record.status === 'changed') overtaken.add(action.id);
      else records.push(record);
      incident.record.actions.push(record);
    }
    if (overtaken.size === 0) return records;
    wanted = overtaken;
  }
  return records;
}

const restrict = (plan: Plan, wanted: ReadonlySet<string> | undefined): Plan =>
  wanted ? { ...plan, actions: plan.actions.filter(({ id }) => wanted.has(id)) } : plan;

async function take(action: PlannedAction, plan: Plan, approval: Approval, closing: boolean): Promise<ActionRecord> {
  const about = {
    id: action.id,
    phase: plan.phase,
    title: action.title,
    target: action.target,
    requestId: approval.requestId,
    reversible: action.reversible,
    undo: action.undo,
    input: action.input,
  };
  const authorisation =
    approval.result === 'approved' && approval.actions.includes(action.id) ? approval.authorisation : null;
  if (!authorisation || closing) {
    const detail = authorisation ? 'the incident was closed before its turn' : 'left out by the approvers';
    return { ...about, status: 'not-approved', detail, at: now() };
  }
  try {
    // A cancelled workflow stops before the next act; one that has begun is finished and recorded.
    return { ...about, ...(await CancellationScope.nonCancellable(() => act(action.input, authorisation))) };
  } catch (error) {
    return { ...about, status: 'failed', detail: reasonOf(error), at: now() };
  }
}

/** The activity of that name, with exactly the approved input, and the approval for the worker to check. */
function act(input: ActInput, authorisation: Authorisation): Promise<ActResult> {
  switch (input.act) {
    case 'editBucketPolicy':
      return contain.editBucketPolicy(input, authorisation);
    case 'replaceBucketAcl':
      return contain.replaceBucketAcl(input, authorisation);
    case 'setAccessKeyStatus':
      return contain.setAccessKeyStatus(input, authorisation);
    case 'putInlinePolicy':
      return contain.putInlinePolicy(input, authorisation);
    case 'revokeRoleSessions':
      return contain.revokeRoleSessions(input, authorisation);
    case 'setManagedPolicy':
      return contain.setManagedPolicy(input, authorisation);
    case 'cancelExportTask':
      return contain.cancelExportTask(input, authorisation);
    case 'copyExport':
      return copyExport(input, authorisation);
    case 'putEventRule':
      return contain.putEventRule(input, authorisation);
  }
}
