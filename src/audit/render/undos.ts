import { isUndo, type ActionRecord } from '../../domain/plan.ts';
import type { IncidentReport } from '../../domain/report.ts';
import { incidentKey } from '../../domain/names.ts';
import { wasUndone } from '../../domain/undo-plan.ts';
import { plural, table, text } from './markdown-parts.ts';

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
export function inPlace(actions: ActionRecord[]): string {
  const own = actions.filter(({ id }) => !isUndo(id));
  const took = own.filter(({ status }) => status === 'applied' || status === 'already');
  const left = took.filter(({ id }) => !wasUndone(id, actions));
  const undone = took.length - left.length;
  return (
    `Of ${plural(own.length, 'action')}, ${left.length} ${left.length === 1 ? 'is' : 'are'} in place` +
    (undone === 0 ? '' : ` and ${undone} ${undone === 1 ? 'is' : 'are'} undone`)
  );
}

/** Of the report of an undo, which repeats severity and verdict of its incident. */
export function undoSummary({ undoes, undos: all = [], actions, closedAt }: IncidentReport): string {
  if (undoes === undefined) return '';
  const [undo] = all;
  const asked = undo ? ` ${text(undo.by)} asked for it on ${text(undo.at)}: ${text(undo.reason)}.` : '';
  const came = undo ? ` It came to: ${text(undo.outcome)}.` : '';
  const still = actions.length === 0 ? ' Nothing was changed.' : '';
  return (
    `This undoes what ${text(incidentKey(undoes))} did, an incident that has closed.${asked}${came}${still} ` +
    `It ended on ${text(closedAt ?? undefined)}. What the incident was about is told here as its own report tells it.`
  );
}
