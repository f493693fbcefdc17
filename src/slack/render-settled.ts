import type { RequestOutcome } from '../domain/approval/approval.ts';
import type { RequestMessage } from '../domain/approval/request-message.ts';
import { context, fitted, header, section } from './blocks.ts';
import type { SlackMessage } from './blocks.ts';
import { code, mrkdwnWithin } from './mrkdwn.ts';

const said: Record<RequestOutcome, string> = {
  approved: '*Approved.* What was approved is being carried out.',
  rejected: '*Rejected.* Nothing of this plan is changed.',
  replaced: '*Replaced.* The facts have changed: a new request asks with a new plan.',
  closed: '*Closed* without a decision. Nothing of this plan is changed.',
};

/** The request once it takes no decisions any more: what became of it, who, when, what, and nothing left to press. */
export function renderSettled(message: RequestMessage, outcome: RequestOutcome): SlackMessage {
  const decisions = message.decisions.map((line) => `• ${mrkdwnWithin(line, 600)}`);
  const actions = message.actions.map(({ title }, index) => `${index + 1}. ${mrkdwnWithin(title, 150)}`);
  const title = `${message.incidentKey}: ${message.phase}, ${outcome}`;
  return {
    text: title,
    blocks: [
      header(title),
      section(message.happened.map((line) => mrkdwnWithin(line, 600)).join('\n')),
      section([said[outcome], fitted(decisions, 2500, (left) => `… and ${left} more decisions`)].join('\n')),
      section(`*The plan*\n${fitted(actions, 2500, (left) => `… and ${left} more actions`)}`),
      context(`digest ${code(message.digest.slice(0, 16))} · request ${code(message.requestId)}`),
    ],
  };
}
