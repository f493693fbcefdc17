import type { ApproverDirectory, ApprovalRequest, Need } from './approval.ts';
import { isGraveKind } from '../acts/action-kinds.ts';
import type { Severity } from '../severity/assessment.ts';
import { ruledKind, type PlannedAction } from '../plan/plan.ts';
import type { AccountProfile } from '../response-policy.ts';

/**
 * Who may approve what. Each action of a plan falls under one rule: the first of the policy whose conditions all hold;
 * where none holds, everybody on the list counts and the policy's quorum applies. A rule names groups and how many
 * different people of them it takes; an action that cannot be undone never takes fewer than the quorum for such actions.
 * One plan may hold actions under several rules, and is still asked about as one: all approvals of a request select the
 * same actions, an approval counts for those of them whose rule names a group that the person is in, and the request is
 * approved when every selected action has its people. Whoever counts for no action of the plan decides nothing about it;
 * whoever counts for at least one may reject it as a whole, or ask for more time.
 */
export interface ApprovalRule {
  id: string;
  severities?: Severity[];
  accounts?: string[];
  /** Of the account as it is configured: tags may be the actor's. */
  environments?: AccountProfile['environment'][];
  sensitivities?: AccountProfile['sensitivity'][];
  /** Kinds of actions, see `ruledKind`. */
  actions?: string[];
  /** Holds for actions that cannot be undone, and for no others. */
  irreversible?: true;
  /** Groups whose people count. */
  approve: string[];
  quorum: number;
}

/** Which rule asks whom; frozen into the incident. Who is in a group is read when a decision arrives. */
export interface ApproverRules {
  rules: ApprovalRule[];
  /** For actions under no rule; the second is also the least for every action that cannot be undone (P5) or hits a whole account. */
  quorum: { reversible: number; irreversible: number };
}

/** The group of all approvers on the list; no group of the configuration has its name. */
export const everybody = 'everybody';

/** What a rule looks at besides the action. */
export interface Circumstances {
  severity: Severity;
  accountId: string;
  /** As configured; null: the account is not in the configuration. */
  account: Pick<AccountProfile, 'environment' | 'sensitivity'> | null;
}

const holds = (
  rule: ApprovalRule,
  { id, reversible }: Pick<PlannedAction, 'id' | 'reversible'>,
  { severity, accountId, account }: Circumstances,
): boolean =>
  (rule.severities?.includes(severity) ?? true) &&
  (rule.accounts?.includes(accountId) ?? true) &&
  (rule.environments === undefined || (account !== null && rule.environments.includes(account.environment))) &&
  (rule.sensitivities === undefined || (account !== null && rule.sensitivities.includes(account.sensitivity))) &&
  (rule.actions?.includes(ruledKind(id)) ?? true) &&
  (rule.irreversible === undefined || !reversible);

/** Whose approval the action needs. */
export function needOf(
  action: Pick<PlannedAction, 'id' | 'reversible'>,
  circumstances: Circumstances,
  { rules, quorum }: ApproverRules,
): Need {
  const least = action.reversible && !isGraveKind(ruledKind(action.id)) ? 0 : quorum.irreversible;
  const rule = rules.find((candidate) => holds(candidate, action, circumstances));
  return rule
    ? { rule: rule.id, groups: rule.approve, quorum: Math.max(rule.quorum, least) }
    : { rule: 'default', groups: [everybody], quorum: Math.max(quorum.reversible, least) };
}

/** The list of approvers and its groups, as it stands. */
export type People = Pick<ApproverDirectory, 'approvers' | 'groups'>;

/** The people of a group as the list stands; nobody where the group does not exist any more. */
export function peopleOf(group: string, { approvers, groups }: People): string[] {
  const listed = approvers.map(({ id }) => id);
  if (group === everybody) return listed;
  const members = groups?.find(({ id }) => id === group)?.members ?? [];
  return listed.filter((id) => members.includes(id));
}

/** Whether the person counts for an action with this need. */
export const counts = (approver: string, need: Need, directory: People): boolean =>
  need.groups.some((group) => peopleOf(group, directory).includes(approver));

/** How many different people the selected actions take at least; more where they count for different actions. */
export const peopleNeeded = ({ needs }: Pick<ApprovalRequest, 'needs'>, actions?: string[]): number =>
  Math.max(
    0,
    ...Object.entries(needs)
      .filter(([id]) => actions?.includes(id) ?? true)
      .map(([, { quorum }]) => quorum),
  );

/** What the selected actions still lack, in words; nothing: they are approved. */
export function lacking(
  { needs }: Pick<ApprovalRequest, 'needs'>,
  actions: string[],
  approvers: string[],
  directory: People,
): string[] {
  const missing = new Map<string, string[]>();
  for (const id of actions) {
    const need = needs[id];
    if (!need) return [`${id} is under no rule`];
    const open = need.quorum - new Set(approvers.filter((approver) => counts(approver, need, directory))).size;
    if (open <= 0) continue;
    const what = `${open} more approval(s) by others of ${need.groups.join(' or ')}`;
    missing.set(what, [...(missing.get(what) ?? []), id]);
  }
  return [...missing].map(([what, ids]) => `${what} needed for ${ids.join(', ')}`);
}
