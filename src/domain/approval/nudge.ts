import { minuteText } from '../minute-text.ts';
import type { ApprovalRequest, AskedGroup, DecisionRecord } from './approval.ts';

/** What a thread is told about a request that stands: the state of it, whom to mention, and how to answer. */
export interface Nudge {
  /** For the timeline, too. */
  text: string;
  people: string[];
  /** The next step. */
  how: string;
}

export type What = { kind: 'reminded' | 'overdue' } | { kind: 'escalated' | 'handed-over'; asked: AskedGroup };

/** Whoever has approved is not asked again, and an approval that is not enough is no silence. */
export function nudge(
  { requestId, incidentKey, dueAt, askedOf }: ApprovalRequest,
  decisions: DecisionRecord[],
  what: What,
): Nudge {
  const approved = decisions
    .filter((one) => one.requestId === requestId && one.decision === 'approve' && one.answer.result === 'accepted')
    .map(({ approver }) => approver);
  const asked = 'asked' in what ? [what.asked] : askedOf;
  const people = asked.flatMap((group) => group.people).filter((person) => !approved.includes(person));
  const due = `${what.kind === 'overdue' ? 'was due' : 'due'} ${minuteText(dueAt)}`;
  return {
    text: `${requestId} ${stateOf(what, approved, askedOf)}; ${due}`,
    people: [...new Set(people)],
    how: `Decide with the buttons of the request, or with: soar incident decide ${incidentKey}`,
  };
}

function stateOf(what: What, approved: string[], askedOf: AskedGroup[]): string {
  const partly = approved.length > 0 ? `${approved.join(' and ')} approved, more people are needed` : undefined;
  switch (what.kind) {
    case 'reminded':
      return partly ? `is waiting for a decision: ${partly}` : 'is waiting for a decision';
    case 'overdue':
      return `is OVERDUE: ${partly ?? 'nobody has approved or rejected it'}; nothing of it is done, and it stays open`;
    case 'escalated':
      return `is still waiting${partly ? ` (${partly})` : ''}: asked ${sinceWhen(what.asked, askedOf)}: ${groupText(what.asked)}`;
    case 'handed-over':
      return `was handed over by ${what.asked.by ?? 'somebody'} to ${groupText(what.asked)}`;
  }
}

/** Where nobody else is left to ask, everybody is asked once more. */
const sinceWhen = ({ group, at }: AskedGroup, askedOf: AskedGroup[]): string =>
  askedOf.some((before) => before.group === group && before.at < at) ? 'again' : 'now, too';

const groupText = ({ group, people }: AskedGroup): string =>
  people.length > 0 ? group : `${group}, in which nobody can decide`;
