import type { ActionRecord } from '../../src/domain/plan/plan.ts';

/** "3 of 4 actions in place" and what is not. */
export function summary(acts: ActionRecord[]): string {
  if (acts.length === 0) return 'nothing was changed';
  const open = acts.filter(({ status }) => status !== 'applied' && status !== 'already' && status !== 'gone');
  const missing =
    open.length === 0 ? '' : `; not done: ${open.map(({ id, status }) => `${id} (${status})`).join(', ')}`;
  return `${acts.length - open.length} of ${acts.length} actions in place${missing}`;
}
