import type { NoticeMessage } from '../domain/notices/notice-message.ts';
import { fitted, header, limits, section } from './blocks.ts';
import type { SlackBlock, SlackMessage } from './blocks.ts';
import { mrkdwnWithin } from './mrkdwn.ts';

/** A notice in a channel of its own: nothing to press. A headline carries no link either, as it names the workflow. */
export const renderNotice = (message: NoticeMessage, temporal?: string): SlackMessage => ({
  text: message.title,
  blocks: [
    header(message.title),
    section(message.facts.map((fact) => mrkdwnWithin(fact, 800)).join('\n')),
    ...listed('Findings', message.findings),
    ...listed('Actions', message.plan),
    ...(temporal === undefined || message.detail === 'headline' ? [] : [section(`<${temporal}|Open in Temporal UI>`)]),
  ],
});

function listed(title: string, lines: string[]): SlackBlock[] {
  if (lines.length === 0) return [];
  const bullets = lines.map((line) => `• ${mrkdwnWithin(line, 400)}`);
  const room = limits.section - title.length - 10;
  return [section(`*${title}*\n${fitted(bullets, room, (left) => `… and ${left} more: see the report`)}`)];
}
