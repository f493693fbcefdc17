import { CancellationScope } from '@temporalio/workflow';
import type { ActInput, ActResult } from '../../src/domain/acts/acts.ts';
import type { Authorisation } from '../../src/domain/approval/authorisation.ts';
import { missingFor, type ActionRecord, type Plan, type PlannedAction } from '../../src/domain/plan/plan.ts';
import { portionOf } from '../../src/domain/plan/portion.ts';
import { shortened } from '../../src/domain/approval/request-message.ts';
import type { PreApproval } from '../../src/domain/approval/pre-approval.ts';
import { contain, copyExport, observe } from '../activities.ts';
import type { ActingIncident } from './acting-incident.ts';
import type { Approval } from './approval-gate.ts';
import { keptFrom } from './kept-for-others.ts';
import { observed, reasonOf } from './observed.ts';
import { now } from './record.ts';
import type { Phase } from '../../src/domain/phase.ts';
import { actionKind, isUndo } from '../../src/domain/acts/action-id.ts';
import { sparing } from '../../src/domain/plan/sparing.ts';

/** After this many plans that the world overtook, people are told instead of asked again. */
const maxRounds = 5;
/** Characters of a list that people are told. */
export const mostTold = 1500;

/**
 * Plans, does what the policy pre-approves, asks about the rest, acts (P2). A target that changed since it was planned is
 * not touched: the facts are read again and the new plan is asked about (P3). Whatever becomes of an action is on record.
 * A plan of more actions than the policy allows in one is asked about in several: whoever leaves much behind is not spared
 * for it. Plans of phases and of undos take turns.
 */
export const carryOut = (
  incident: ActingIncident,
  makePlan: () => Promise<Plan>,
  /** Limits the plan to these action ids, such as those that drifted. */
  only?: ReadonlySet<string>,
): Promise<ActionRecord[]> => incident.turns.take(() => inTurn(incident, makePlan, only));

async function inTurn(
  incident: ActingIncident,
  makePlan: () => Promise<Plan>,
  only?: ReadonlySet<string>,
): Promise<ActionRecord[]> {
  const records: ActionRecord[] = [];
  const settled = new Set<string>();
  const { policy, record } = incident;
  let wanted = only;
  let overtakenTimes = 0;
  /** Actions for which the plans so far had no room. */
  let left: string[] = [];
  let further = false;

  for (let first = true; !incident.closing; first = false) {
    const planNow = async () => without(restrict(sparing(await makePlan(), policy), wanted), settled);
    const portion = (whole: Plan) => portionOf(whole, policy.actionLimit);
    const made = await planNow();
    if (first && !only) record.notPlanned.push(...made.notPlanned);
    const gone = left.filter((id) => made.actions.every((action) => action.id !== id));
    record.notPlanned.push(...gone.map((id) => whyGone(made, id)));
    left = left.filter((id) => !gone.includes(id));

    const overtaken = new Set<string>();
    const settle = (done: ActionRecord) => {
      settled.add(done.id);
      if (isOvertaken(done)) overtaken.add(done.id);
      if (done.status !== 'changed') records.push(done);
    };
    // No more than fit into one plan are done unasked.
    const unasked = further ? [] : portion(made).actions.filter(({ id }) => isPreApproved(id, policy));
    for (const action of unasked) {
      const done = await take(incident, action, made.phase, preApproval(incident, action));
      // What the worker did not do so is asked about like the rest.
      if (done.status !== 'failed') settle(done);
    }
    const whole = without(made, settled);
    const plan = portion(whole);
    const planAgain = async () => portion(await planNow());
    const approval =
      plan.actions.length === 0 ? null : await incident.gate.ask(plan, () => incident.closing, planAgain);
    if (approval?.result === 'replaced') {
      for (const id of overtaken) settled.delete(id);
      continue;
    }
    if (approval) {
      for (const action of plan.actions) settle(await take(incident, action, plan.phase, permission(action, approval)));
    }
    left = without(whole, settled).actions.map(({ id }) => id);
    further ||= left.length > 0;
    for (const id of overtaken) settled.delete(id);
    if (overtaken.size > 0) overtakenTimes += 1;
    if (overtakenTimes >= maxRounds && overtaken.size > 0) {
      records.push(...givenUp(incident, overtaken));
      overtaken.clear();
    }
    wanted = new Set([...overtaken, ...left]);
    if (wanted.size === 0) return records;
  }
  if (left.length > 0) {
    record.notPlanned.push({ what: left.join(', '), why: 'the incident was closed before it was asked about' });
  }
  return records;
}

/** A user that is not there any more may only have another name since: the facts are read again for it, too. */
const isOvertaken = ({ id, status, input }: ActionRecord): boolean =>
  status === 'changed' || (status === 'gone' && 'userId' in input && !isUndo(id));

/** Why an action that had to wait is in no plan any more. */
const whyGone = ({ notPlanned }: Plan, id: string): Plan['notPlanned'][number] =>
  notPlanned.find(({ what }) => what === id) ?? { what: id, why: 'it was not needed any more when it was its turn' };

/** What changed under every plan is neither done nor asked about again: people hear of it, and the outcome counts it. */
function givenUp({ record, people }: ActingIncident, ids: ReadonlySet<string>): ActionRecord[] {
  const last = [...ids].flatMap((id) => record.actions.findLast((action) => action.id === id) ?? []);
  const what = last.map(({ title, target, detail }) => `${title} on ${target} (${detail})`).join('; ');
  people.learnt(
    `not done, because it changed each of ${maxRounds} times that it was approved; do it by hand: ${shortened(what, mostTold)}`,
  );
  return last;
}

const restrict = (plan: Plan, wanted: ReadonlySet<string> | undefined): Plan =>
  wanted ? { ...plan, actions: plan.actions.filter(({ id }) => wanted.has(id)) } : plan;
const without = (plan: Plan, settled: ReadonlySet<string>): Plan => ({
  ...plan,
  actions: plan.actions.filter(({ id }) => !settled.has(id)),
});

/** Under which request an action is done, and with which approval; null: it was left out. */
interface Permission {
  requestId: string;
  authorisation: Authorisation | PreApproval | null;
}

const permission = ({ id }: PlannedAction, approval: Approval): Permission => ({
  requestId: approval.requestId,
  authorisation: approval.result === 'approved' && approval.actions.includes(id) ? approval.authorisation : null,
});

const isPreApproved = (id: string, { approvals }: ActingIncident['policy']): boolean =>
  approvals.preApproved.includes(actionKind(id));

function preApproval({ key, opening, record }: ActingIncident, { id }: PlannedAction): Permission {
  const { policyDigest } = opening;
  record.add('approval', `${id} is pre-approved by policy ${policyDigest}`);
  return {
    requestId: 'pre-approved',
    authorisation: { kind: 'pre-approved', incidentKey: key, action: id, policyDigest },
  };
}

/** Does one action if it may be done, and keeps what became of it. */
async function take(
  incident: ActingIncident,
  action: PlannedAction,
  phase: Phase,
  { requestId, authorisation }: Permission,
): Promise<ActionRecord> {
  const { id, title, target, reversible, undo, input } = action;
  const outcome = await outcomeOf(incident, action, authorisation);
  const record = { id, phase, title, target, requestId, reversible, undo, input, ...outcome };
  incident.record.add('action', `${id}: ${record.status}, ${record.detail}`);
  incident.record.actions.push(record);
  incident.temporary.watch();
  return record;
}

type Outcome = Omit<ActResult, 'status'> & Pick<ActionRecord, 'status' | 'partly'>;

async function outcomeOf(
  incident: ActingIncident,
  action: PlannedAction,
  authorisation: Permission['authorisation'],
): Promise<Outcome> {
  if (!authorisation) return { status: 'not-approved', detail: 'left out by the approvers', at: now() };
  if (incident.closing) {
    return { status: 'not-approved', detail: 'the incident was closed before its turn', at: now() };
  }
  const missing = missingFor(action, incident.record.actions);
  if (missing.length > 0) {
    return { status: 'failed', detail: `not done: ${missing.join(', ')} is not in place`, at: now() };
  }
  // Another incident may have come to count on it while people decided.
  const [kept] = isUndo(action.id) ? await keptFrom(incident, [action]) : [];
  if (kept) return { status: 'failed', detail: `not done: ${kept.why}`, at: now() };
  try {
    // A cancelled workflow stops before the next act; one that has begun is finished and recorded.
    return await CancellationScope.nonCancellable(() => act(action.input, authorisation));
  } catch (error) {
    return failed(incident, action, reasonOf(error));
  }
}

/** An act may be refused half-way: what stands now is said, and what took effect can be undone. */
async function failed({ record }: ActingIncident, { id, input }: PlannedAction, why: string): Promise<Outcome> {
  const check = await observed(record, `what ${id} left behind`, observe.checkAct(input));
  const stands = check ? `; now ${check.detail}` : '';
  return { status: 'failed', detail: `${why}${stands}`, at: now(), ...(check?.partly ? { partly: true } : {}) };
}

/** The activity of that name, with exactly the approved input, and the approval for the worker to check. */
function act(input: ActInput, authorisation: Authorisation | PreApproval): Promise<ActResult> {
  switch (input.act) {
    case 'editBucketPolicy':
      return contain.editBucketPolicy(input, authorisation);
    case 'replaceBucketAcl':
      return contain.replaceBucketAcl(input, authorisation);
    case 'setPublicAccessBlock':
      return contain.setPublicAccessBlock(input, authorisation);
    case 'setBucketOwnership':
      return contain.setBucketOwnership(input, authorisation);
    case 'setBucketReplication':
      return contain.setBucketReplication(input, authorisation);
    case 'setAccessPointPolicy':
      return contain.setAccessPointPolicy(input, authorisation);
    case 'setAccessKeyStatus':
      return contain.setAccessKeyStatus(input, authorisation);
    case 'setServiceCredentialStatus':
      return contain.setServiceCredentialStatus(input, authorisation);
    case 'putInlinePolicy':
      return contain.putInlinePolicy(input, authorisation);
    case 'revokeRoleSessions':
      return contain.revokeRoleSessions(input, authorisation);
    case 'setTrustPolicy':
      return contain.setTrustPolicy(input, authorisation);
    case 'setManagedPolicy':
      return contain.setManagedPolicy(input, authorisation);
    case 'cancelExportTask':
      return contain.cancelExportTask(input, authorisation);
    case 'copyExport':
      return copyExport(input, authorisation);
    case 'deleteExport':
      return contain.deleteExport(input, authorisation);
    case 'putEventRule':
      return contain.putEventRule(input, authorisation);
    case 'setSharing':
      return contain.setSharing(input, authorisation);
    case 'snapshotVolumes':
      return contain.snapshotVolumes(input, authorisation);
    case 'setEbsEncryptionDefault':
      return contain.setEbsEncryptionDefault(input, authorisation);
    case 'setAccountScp':
      return contain.setAccountScp(input, authorisation);
    case 'putConfigRule':
      return contain.putConfigRule(input, authorisation);
  }
}
