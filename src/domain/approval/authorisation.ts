import { accountConcerned } from '../acts/account-concerned.ts';
import type { ActInput } from '../acts/acts.ts';
import { actsNamed, irreversibleActs } from '../acts/action-kinds.ts';
import { decisionCode, signatureRefusal, type ApproverDirectory, type Decision } from './approval.ts';
import { counts, needOf } from './approval-policy.ts';
import { digestOf } from '../digest.ts';
import { digestOfActions, type ActionDigest } from '../plan/plan.ts';
import { isPreApproval, preApprovalRefusal, type PreApproval, type PreApprovalRules } from './pre-approval.ts';
import { isDecision } from '../shape.ts';
import type { AccountProfile } from '../account-profile.ts';
import type { ApproverRules } from './approval-rules.ts';

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

/** The approval that an act runs under, as a record names it: checked, and without what proves it. */
export type ApprovalOnRecord =
  | {
      kind: 'approved';
      requestId: string;
      /** What the approvers decided about, see `digestOfActions`. */
      digest: string;
      /** Id of the planned action. */
      action: string;
      decisions: { approver: string; channel: string; decidedAt: string | null }[];
    }
  | { kind: 'pre-approved'; action: string; policyDigest: string };

/** Acts as the contain worker offers them: each takes the approval that it runs under. */
export type Authorised<T> = {
  [K in keyof T]: T[K] extends (input: infer I, ...rest: never[]) => infer R
    ? (input: I, authorisation: Authorisation | PreApproval) => R
    : never;
};

/** What the checking worker knows by itself. */
export interface AuthorisationRules {
  directory: Pick<ApproverDirectory, 'approvers' | 'groups' | 'gatewayKeys'>;
  approvers: ApproverRules;
  preApproval: PreApprovalRules;
  /** The accounts of the configuration. */
  accounts: Pick<AccountProfile, 'id' | 'environment' | 'sensitivity'>[];
  codeSecret: string;
}

/** Why the act is not approved, or null when enough listed people approved exactly this input. */
export const authorisationRefusal = (
  input: ActInput,
  given: unknown,
  { codeSecret, ...rules }: AuthorisationRules,
): string | null => refusalOf(input, given, rules, madeWith(codeSecret));

/** Whether the code is that of this person for approving this plan. */
export type CodeCheck = (plan: { requestId: string; digest: string }, approver: string, code: string) => boolean;

const madeWith =
  (codeSecret: string): CodeCheck =>
  ({ requestId, digest }, approver, code) =>
    code === decisionCode(codeSecret, requestId, digest, approver, 'approve');

/** The same for an auditor, who has the hashes of the codes and not the secret that they were made with. */
export function refusalOf(
  input: ActInput,
  given: unknown,
  rules: Omit<AuthorisationRules, 'codeSecret'>,
  codeHolds: CodeCheck,
): string | null {
  if (isPreApproval(given)) return preApprovalRefusal(input, given, rules.preApproval);
  if (!isAuthorisation(given)) return 'no approval came with it';
  const { incidentKey, requestId, actions, decisions } = given;
  if (input.incidentKey !== incidentKey) return 'the approval is for another incident';
  const own = digestOf(input);
  const [action, other] = actions.filter(({ input: digest }) => digest === own);
  if (!action) return 'the approved plan does not hold this input';
  // Under two names, the one that asks fewer people would count.
  if (other) return `the approved plan holds this input twice, as ${action.id} and ${other.id}`;
  if (!actsNamed(action.id).includes(input.act)) return `${action.id} is no name for ${input.act}`;

  const digest = digestOfActions(incidentKey, requestId, actions);
  const approvers = new Set<string>();
  let refusal = 'nobody approved it';
  for (const decision of decisions) {
    const refused = decisionRefusal(decision, { requestId, digest, id: action.id }, rules.directory, codeHolds);
    if (refused === null) approvers.add(decision.approver);
    else refusal = refused;
  }
  return approvers.size === 0 ? refusal : quorumRefusal(input, action.id, [...approvers], rules);
}

/** What an act that may be done is done under; only decisions that hold for this worker are named. */
export function approvalOnRecord(
  input: ActInput,
  given: Authorisation | PreApproval,
  { directory, codeSecret }: Pick<AuthorisationRules, 'directory' | 'codeSecret'>,
): ApprovalOnRecord {
  if (isPreApproval(given)) return { kind: given.kind, action: given.action, policyDigest: given.policyDigest };
  const { incidentKey, requestId, actions, decisions } = given;
  const own = digestOf(input);
  const id = actions.find(({ input: digest }) => digest === own)?.id ?? '';
  const digest = digestOfActions(incidentKey, requestId, actions);
  const plan = { requestId, digest, id };
  const held = decisions.filter(
    (decision) => decisionRefusal(decision, plan, directory, madeWith(codeSecret)) === null,
  );
  return {
    kind: 'approved',
    requestId,
    digest,
    action: id,
    decisions: held.map(({ approver, proof, decidedAt }) => ({
      approver,
      channel: proof.kind === 'signature' ? proof.channel : 'code',
      decidedAt: decidedAt ?? null,
    })),
  };
}

/**
 * The severity of the incident is not known here, and whoever claims one could claim the lowest: the approvals have to
 * satisfy the rule of some severity, so the most lenient one is what this worker insists on.
 */
function quorumRefusal(
  input: ActInput,
  id: string,
  people: string[],
  { directory, approvers, accounts }: Omit<AuthorisationRules, 'codeSecret'>,
): string | null {
  const accountId = accountConcerned(input);
  const account = accounts.find((candidate) => candidate.id === accountId) ?? null;
  const action = { id, reversible: !irreversibleActs.has(input.act) };
  const refusals = (['low', 'medium', 'high'] as const).map((severity) => {
    const need = needOf(action, { severity, accountId, account }, approvers);
    const counting = people.filter((person) => counts(person, need, directory)).length;
    return counting >= need.quorum ? null : `${counting} of ${need.quorum} approvals hold (rule ${need.rule})`;
  });
  return refusals.includes(null) ? null : (refusals[0] ?? null);
}

function decisionRefusal(
  decision: Decision,
  plan: { requestId: string; digest: string; id: string },
  directory: AuthorisationRules['directory'],
  codeHolds: CodeCheck,
): string | null {
  const { approver, proof, actions } = decision;
  if (decision.decision !== 'approve') return `${approver} did not approve`;
  if (decision.requestId !== plan.requestId || decision.digest !== plan.digest) {
    return `${approver} approved another plan`;
  }
  if (actions && !actions.includes(plan.id)) return `${approver} left this action out`;
  if (!directory.approvers.some(({ id }) => id === approver)) return `${approver} is not on the list of approvers`;
  if (proof.kind === 'signature') return signatureRefusal(decision, proof, directory);
  if (actions) return 'a code approves the whole plan';
  return codeHolds(plan, approver, proof.code) ? null : `the code is not the one of ${approver} for this plan`;
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
