import type { Plan, PlannedAction } from '../../src/domain/plan/plan.ts';
import { isShared, keptForOthers } from '../../src/domain/plan/shared-state.ts';
import { countingOn } from '../activities.ts';
import type { ActingIncident } from './acting-incident.ts';
import { reasonOf } from './observed.ts';

/** Which of these undos would take from another open incident what it counts on; where nobody can say, all that might. */
export async function keptFrom(
  { workflowId, opening }: ActingIncident,
  undos: PlannedAction[],
): Promise<Plan['notPlanned']> {
  const shared = undos.filter(isShared);
  if (shared.length === 0) return [];
  const actions = shared.map(({ id, input }) => ({ id, input }));
  const except = [workflowId, ...(opening.undoes === undefined ? [] : [opening.undoes])];
  try {
    return keptForOthers(shared, await countingOn({ actions, except }));
  } catch (error) {
    const why = `Temporal did not say whether another open incident counts on it (${reasonOf(error)}): ask again`;
    return shared.map(({ id }) => ({ what: id, why }));
  }
}
