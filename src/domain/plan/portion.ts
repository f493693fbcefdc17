import type { Plan, PlannedAction } from './plan.ts';
import { actionKind, isUndo } from '../acts/action-id.ts';

/**
 * What of a plan is asked about at once, where the policy allows fewer actions in one plan than there are; the rest is asked
 * about next. Whoever is contained decides how many copies, keys and sessions there are, so none of these crowds another
 * kind out: of each kind the first comes before the second of any. An undo keeps its order.
 */
export function portionOf(plan: Plan, limit: number): Plan {
  const more = plan.actions.length - limit;
  if (more <= 0) return plan;
  const order = plan.actions.some(({ id }) => isUndo(id)) ? plan.actions : byTurns(plan.actions);
  const now = new Set(order.slice(0, limit));
  return {
    ...plan,
    actions: plan.actions.filter((action) => now.has(action)),
    notPlanned: [
      {
        what: `${more} more action(s)`,
        why: `the policy allows ${limit} in one plan: they are asked about after these`,
      },
      ...plan.notPlanned,
    ],
  };
}

/** The first of each kind, then the second of each, and so on. */
function byTurns(actions: PlannedAction[]): PlannedAction[] {
  const taken = new Map<string, number>();
  const turns = actions.map((action) => {
    const kind = actionKind(action.id);
    const turn = taken.get(kind) ?? 0;
    taken.set(kind, turn + 1);
    return { action, turn };
  });
  return turns.toSorted((a, b) => a.turn - b.turn).map(({ action }) => action);
}
