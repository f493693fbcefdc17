import type { ApproverDirectory, ApprovalRequest, Need } from './approval.ts';
import { isGraveKind } from '../acts/action-kinds.ts';
import type { Severity } from '../severity/assessment.ts';
import type { PlannedAction } from '../plan/plan.ts';
import type { AccountProfile } from '../account-profile.ts';
import type { ApprovalRule, ApproverRules } from './approval-rules.ts';
import { ruledKind } from '../acts/action-id.ts';

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
