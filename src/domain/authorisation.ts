import type { ActInput } from './acts.ts';
import { decisionCode, signatureRefusal, type ApproverDirectory, type Decision } from './approval.ts';
import { digestOf } from './digest.ts';
import { digestOfActions, type ActionDigest } from './plan.ts';
import { isDecision } from './shape.ts';

/**
 * The approval that goes with an act. Anybody who can write to the Temporal namespace can schedule an activity, or answer
 * for the worker that lists the approvers; so the contain worker believes neither and checks this against its own
 * configuration (P2, P7).
 */
export interface Authorisation {
  incidentKey: string;
  requestId: string;
  /** All actions of the approved plan. */
  actions: ActionDigest[];
  /** The accepted approvals with their proofs. */
  decisions: Decision[];
}

/** Acts as the contain worker offers them: each takes the approval that it runs under. */
export type Authorised<T> = {
  [K in keyof T]: T[K] extends (input: infer I) => infer R ? (input: I, authorisation: Authorisation) => R : never;
};

/** What the checking worker knows by itself. */
export interface AuthorisationRules {
  directory: Pick<ApproverDirectory, 'approvers' | 'gatewayKeys'>;
  quorum: { reversible: number; irreversible: number };
  codeSecret: string;
}

/** Acts that no other act restores; plans mark the same ones, and ask more people. */
const irreversible = new Set<ActInput['act']>(['cancelExportTask']);

/** Why the act is not approved, or null when enough listed people approved exactly this input. */
export function authorisationRefusal(input: ActInput, given: unknown, rules: AuthorisationRules): string | null {
  if (!isAuthorisation(given)) return 'no approval came with it';
  const { incidentKey, requestId, actions, decisions } = given;
  if (input.incidentKey !== incidentKey) return 'the approval is for another incident';
  const own = digestOf(input);
  const ids = actions.filter(({ input: digest }) => digest === own).map(({ id }) => id);
  if (ids.length === 0) return 'the approved plan does not hold this input';

  const digest = digestOfActions(incidentKey, requestId, actions);
  const approvers = new Set<string>();
  let refusal = 'nobody approved it';
  for (const decision of decisions) {
    const refused = decisionRefusal(decision, { requestId, digest, ids }, rules);
    if (refused === null) approvers.add(decision.approver);
    else refusal = refused;
  }
  const needed = irreversible.has(input.act) ? rules.quorum.irreversible : rules.quorum.reversible;
  if (approvers.size >= needed) return null;
  return approvers.size === 0 ? refusal : `${approvers.size} of ${needed} approvals hold`;
}

function decisionRefusal(
  decision: Decision,
  plan: { requestId: string; digest: string; ids: string[] },
  { directory, codeSecret }: AuthorisationRules,
): string | null {
  const { approver, proof, actions } = decision;
  if (decision.decision !== 'approve') return `${approver} did not approve`;
  if (decision.requestId !== plan.requestId || decision.digest !== plan.digest) {
    return `${approver} approved another plan`;
  }
  if (actions && !plan.ids.some((id) => actions.includes(id))) return `${approver} left this action out`;
  if (!directory.approvers.some(({ id }) => id === approver)) return `${approver} is not on the list of approvers`;
  if (proof.kind === 'signature') return signatureRefusal(decision, proof, directory);
  if (actions) return 'a code approves the whole plan';
  return proof.code === decisionCode(codeSecret, plan.requestId, plan.digest, approver, 'approve')
    ? null
    : `the code is not the one of ${approver} for this plan`;
}

function isAuthorisation(value: unknown): value is Authorisation {
  if (typeof value !== 'object' || value === null) return false;
  const { incidentKey, requestId, actions, decisions } = value as Record<string, unknown>;
  return (
    typeof incidentKey === 'string' &&
    typeof requestId === 'string' &&
    Array.isArray(actions) &&
    actions.every(isActionDigest) &&
    Array.isArray(decisions) &&
    decisions.length <= 20 &&
    decisions.every(isDecision)
  );
}

const isActionDigest = (value: unknown): value is ActionDigest =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as ActionDigest).id === 'string' &&
  typeof (value as ActionDigest).input === 'string';
