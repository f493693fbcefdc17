import { accountConcerned } from './account-concerned.ts';
import type { Plan, PlannedAction } from '../plan/plan.ts';
import { arnMatches } from '../alert/principal.ts';
import type { ResponsePolicy } from '../response-policy.ts';

/** The tag that protects what has these, as `name=value`; null: none does. */
export function protectingTag(
  tags: Record<string, string> | undefined = {},
  protecting: Record<string, string[]> | undefined = {},
): string | null {
  const found = Object.entries(tags).find(
    ([name, value]) =>
      Object.hasOwn(protecting, name) && protecting[name]?.some((pattern) => arnMatches(value, pattern)),
  );
  return found ? found.join('=') : null;
}

/** The plan without what would change anything in a protected account; copies of an export change nothing there. */
export function sparing(plan: Plan, { protected: { accounts = [] } }: Pick<ResponsePolicy, 'protected'>): Plan {
  const isSpared = ({ input }: PlannedAction) =>
    input.act !== 'copyExport' && accounts.includes(accountConcerned(input));
  const spared = plan.actions.filter(isSpared);
  if (spared.length === 0) return plan;
  return {
    ...plan,
    actions: plan.actions.filter((action) => !isSpared(action)),
    notPlanned: [
      ...plan.notPlanned,
      ...spared.map(({ id, input }) => ({
        what: id,
        why: `protected: account ${accountConcerned(input)} is on the policy's list, act by hand`,
      })),
    ],
  };
}
