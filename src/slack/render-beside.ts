import { byHand } from '../approvals/by-hand.ts';
import { leftOutParts } from '../domain/report/left-out.ts';
import type { RequestMessage } from '../domain/approval/request-message.ts';
import { context, type SlackBlock } from './blocks.ts';
import { code } from './mrkdwn.ts';

/** Which pages say what people do by hand, beside what they decide on. */
export function renderProcedures({ workflowId, phase }: RequestMessage): SlackBlock[] {
  const pages = byHand(workflowId, phase).map(({ title, path }) => `${title} (${code(path)})`);
  return pages.length === 0 ? [] : [context(`By hand: ${pages.join('; ')}`)];
}

/** What the plan leaves out, sorted as reports sort it; the model has a line for each, what before why. */
export const leftOutLines = ({ notPlanned }: RequestMessage): { title: string; lines: string[] }[] =>
  leftOutParts(
    notPlanned.lines.map((line) => {
      const end = line.indexOf(': ');
      return end < 0 ? { what: line, why: '' } : { what: line.slice(0, end), why: line.slice(end + 2) };
    }),
  ).map(({ title, items }) => ({
    title,
    lines: items.map(({ what, why }) => (why === '' ? what : `${what}: ${why}`)),
  }));
