import type { Plan, PlannedAction } from './plan.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import { accountConcerned } from '../acts/account-concerned.ts';

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
