import type { RequestOutcome } from '../domain/approval/approval.ts';
import type { MessageAction, RequestMessage } from '../domain/approval/request-message.ts';
import { context, fitted, header, section } from './blocks.ts';
import type { SlackMessage } from './blocks.ts';
import { code, mrkdwnWithin } from './mrkdwn.ts';

const said: Record<RequestOutcome, string> = {
  approved: '*Approved.* What was approved is carried out; what came of it stands in the thread.',
  rejected: '*Rejected.* Nothing of this plan is changed.',
  replaced:
    '*Replaced.* The facts have changed: nothing of this plan is changed, and what is still to be done is asked anew.',
  closed: '*Closed* before it was decided. Nothing of this plan is changed.',
};

/** The request once it takes no decisions any more: what became of it, who, when, what, and nothing left to press. */
export function renderSettled(message: RequestMessage, outcome: RequestOutcome): SlackMessage {
  const decisions = message.decisions.map((line) => `• ${mrkdwnWithin(line, 600)}`);
  const lists = outcome === 'approved' ? approvedLists(message) : [['The plan', message.actions] as const];
  const inPart = lists.length > 1 ? ' in part' : '';
  const title = `${message.incidentKey}: ${message.phase}, ${outcome}${inPart}`;
  return {
    text: title,
    blocks: [
      header(title),
      section(message.happened.map((line) => mrkdwnWithin(line, 600)).join('\n')),
      section(
        [
          said[outcome],
          fitted(decisions, 2500, (left) => `… and ${left} more ${left === 1 ? 'decision' : 'decisions'}`),
        ].join('\n'),
      ),
      ...lists.map(([name, actions]) => section(`*${name}*\n${numbered(actions, message.actions)}`)),
      context(`digest ${code(message.digest.slice(0, 16))} · request ${code(message.requestId)}`),
    ],
  };
}

/** What people left out is not done: it stands apart, before what they wanted. */
function approvedLists({ actions, selected }: RequestMessage): (readonly [string, MessageAction[]])[] {
  if (!selected) return [['The plan', actions]];
  const left = actions.filter(({ id }) => !selected.includes(id));
  const chosen = actions.filter(({ id }) => selected.includes(id));
  return [['Not approved, and not done', left] as const, ['Approved', chosen] as const].filter(
    ([, list]) => list.length > 0,
  );
}

/** By the numbers that they had when they were asked about. */
function numbered(actions: MessageAction[], all: MessageAction[]): string {
  const lines = actions.map((action) => `${all.indexOf(action) + 1}. ${mrkdwnWithin(action.title, 150)}`);
  return fitted(lines, 2500, (left) => `… and ${left} more ${left === 1 ? 'action' : 'actions'}`);
}
