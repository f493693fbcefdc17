import {
  type ApprovalRequest,
  type ApproverDirectory,
  type Decision,
  type DecisionRecord,
  type RequestRecord,
  codeCommitment,
  commitmentKey,
  markOf,
  signatureRefusal,
} from './approval.ts';
import type { Plan } from '../plan/plan.ts';
import type { Principal } from '../alert/principal.ts';
import { canonicalJson } from '../digest.ts';
import { counts } from './approval-policy.ts';
import { handOverRefusal } from './hand-over.ts';
import { personRefusal } from './barred.ts';

export interface GateState {
  request: ApprovalRequest;
  /** Accepted approvals so far. */
  approvals: DecisionRecord[];
  /** Marks of decisions that were seen, whatever came of them: see `markOf`. */
  burnt: Set<string>;
  settled: boolean;
  /** Whom the instance's tags name as its owner, where the policy leaves owners out. */
  owners: string[];
}

/** First checks, without knowing the person: is this request open, and is it about this plan? Null: nothing against it. */
export function judgeRequest(
  decision: Decision,
  gate: GateState | undefined,
  earlier: RequestRecord[] = [],
): string | null {
  if (!gate || decision.requestId !== gate.request.requestId) {
    const asked = earlier.find(({ requestId }) => requestId === decision.requestId);
    return `this request is not open: ${asked ? endOf(asked) : 'this run of the incident never asked it'}`;
  }
  if (gate.settled) return 'already decided';
  if (decision.digest !== gate.request.digest) return 'the digest is not that of the plan that is asked about';
  return null;
}

const endOf = ({ outcome, by, replacedBy }: RequestRecord): string =>
  outcome === 'replaced'
    ? `it was replaced by ${replacedBy ?? 'a plan that is being made'}`
    : `it was ${outcome}${by.length === 0 ? '' : ` by ${by.join(' and ')}`}`;

type Judgement = { refused: string } | { verifiedBy: 'gateway-signature' | 'code'; channel: string };

/** Then: person, identity, actor, whom they hand over to, repetition, selection (P7). Pure; the first failure is the reason. */
export function judgePerson(
  decision: Decision,
  gate: GateState,
  directory: ApproverDirectory,
  actor: Principal,
  behind: readonly string[] = [],
): Judgement {
  const approver = directory.approvers.find(({ id }) => id === decision.approver);
  if (!approver) return { refused: `${decision.approver} is not on the list of approvers` };

  const identity = verifyIdentity(decision, gate, directory);
  if ('refused' in identity) return identity;

  const barred = { actor, behind, owners: gate.owners };
  const excluded = personRefusal(approver, barred);
  if (excluded !== null) return { refused: excluded };
  const notTheirs = judgeEligibility(approver.id, undefined, gate, directory);
  if (notTheirs !== null) return { refused: notTheirs };
  if (decision.decision === 'hand-over') {
    const refused = handOverRefusal(decision.to ?? '', approver.id, gate.request, directory, barred);
    return refused === null ? identity : { refused };
  }
  if (decision.decision !== 'approve') return identity;
  if (gate.approvals.some((earlier) => earlier.approver === approver.id)) {
    return { refused: `${approver.id} has approved already: another person is needed` };
  }
  const refusal = judgeSelection(decision, gate) ?? judgeEligibility(approver.id, decision.actions, gate, directory);
  return refusal === null ? identity : { refused: refusal };
}

function judgeSelection(decision: Decision, gate: GateState): string | null {
  const known = new Set(gate.request.plan.actions.map(({ id }) => id));
  const unknown = decision.actions?.filter((id) => !known.has(id)) ?? [];
  if (unknown.length > 0) return `not in this plan: ${unknown.join(', ')}`;
  if (decision.actions?.length === 0) return 'an approval names at least one action; otherwise reject';
  const alone = requirementRefusal(gate.request.plan, decision.actions);
  if (alone !== null) return alone;
  const first = gate.approvals[0];
  const { plan } = gate.request;
  if (first && canonicalJson(selection(first, plan)) !== canonicalJson(selection(decision, plan))) {
    return `${first.approver} approved another selection of actions: approve the same one, or reject`;
  }
  return null;
}

/** An action is approved together with what it requires, as far as that is part of the plan and not done before. */
function requirementRefusal({ actions: planned }: Plan, selected: string[] | undefined): string | null {
  for (const { id, requires = [] } of planned) {
    const left = requires.find((other) => planned.some((action) => action.id === other) && !selected?.includes(other));
    if (selected?.includes(id) && left !== undefined) return `${id} requires ${left}: select both, or neither`;
  }
  return null;
}

/** Whether the rules name the person for any of these actions; absent: of all actions of the plan. */
function judgeEligibility(
  approver: string,
  actions: string[] | undefined,
  { request: { needs } }: GateState,
  directory: ApproverDirectory,
): string | null {
  const asked = Object.entries(needs).filter(([id]) => actions?.includes(id) ?? true);
  if (asked.some(([, need]) => counts(approver, need, directory))) return null;
  const groups = [...new Set(asked.flatMap(([, need]) => need.groups))].join(', ');
  return `${approver} may approve none of these actions: they are for ${groups}`;
}

/** Every box ticked is all of the plan: with which button somebody said it makes no difference. */
const selection = ({ actions }: { actions?: string[] }, plan: Plan): string[] =>
  plan.actions.map(({ id }) => id).filter((id) => actions?.includes(id) ?? true);

function verifyIdentity(decision: Decision, gate: GateState, directory: ApproverDirectory): Judgement {
  const { proof } = decision;
  if (proof.kind === 'signature') {
    const refused = signatureRefusal(decision, proof, directory);
    if (refused !== null) return { refused };
    if (gate.burnt.has(markOf(decision))) return { refused: 'this decision was sent before' };
    return { verifiedBy: 'gateway-signature', channel: proof.channel };
  }
  if (decision.decision === 'more-time' || decision.decision === 'hand-over') {
    return { refused: `no code is for ${decision.decision}: say it in Slack or with soar incident decide` };
  }
  const commitment = codeCommitment(proof.code);
  if (gate.burnt.has(commitment)) return { refused: 'this code was used before' };
  if (gate.request.commitments[commitmentKey(decision.approver, decision.decision)] !== commitment) {
    return { refused: 'the code is not the one for this person, request and decision' };
  }
  if (decision.actions) return { refused: 'a code approves the whole plan; select actions through the gateway' };
  return { verifiedBy: 'code', channel: 'temporal-ui' };
}
