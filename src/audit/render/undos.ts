import { isInPlace, type ActionRecord } from '../../domain/plan/plan.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { wasUndone } from '../../domain/plan/undo-plan.ts';
import { table, text } from './markdown-parts.ts';
import { plural } from './words.ts';
import { isUndo } from '../../domain/acts/action-id.ts';

/** Who wanted what undone, why, and what came of it; each action stands among the actions. */
export const undos = ({ undos: all = [] }: IncidentReport): string =>
  all.length === 0
    ? ''
    : table(
        ['Asked (UTC)', 'By', 'What', 'Why', 'Outcome'],
        all.map(({ at, by, actions, reason, outcome }) => [
          text(at),
          text(by),
          actions ? actions.map((id) => text(id)).join('<br>') : 'everything',
          text(reason),
          text(outcome),
        ]),
      );

/** How many of the actions are in place: undos are none of them, and what they undid is not. */
export function inPlaceWords(actions: ActionRecord[]): string {
  // One that drifted and was put back has a record of each time: the last says where it stands.
  const own = [...new Map(actions.filter(({ id }) => !isUndo(id)).map((action) => [action.id, action])).values()];
  const took = own.filter(isInPlace);
  const left = took.filter(({ id }) => !wasUndone(id, actions));
  const undone = took.length - left.length;
  if (left.length === own.length && own.length > 1) return `All ${own.length} actions are in place`;
  return (
    `Of ${plural(own.length, 'action')}, ${left.length} ${left.length === 1 ? 'is' : 'are'} in place` +
    (undone === 0 ? '' : ` and ${undone} ${undone === 1 ? 'is' : 'are'} undone`)
  );
}
