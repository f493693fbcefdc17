import type { ViewsOpenArguments } from '@slack/web-api';

export type SlackView = Extract<ViewsOpenArguments['view'], { type: 'modal' }>;
export type SlackBlock = SlackView['blocks'][number];

/** A message as it is posted: `text` is what notifications show. */
export interface SlackMessage {
  text: string;
  blocks: SlackBlock[];
}

/** Slack's limits of what we use (Block Kit reference). All texts together have one, too, which Slack does not document. */
export const limits = {
  header: 150,
  section: 3000,
  optionText: 75,
  optionsPerElement: 10,
  optionsPerSelect: 100,
  modalBlocks: 100,
} as const;

/** Text for which nothing is interpreted, in one line. */
export const plain = (text: string) => ({ type: 'plain_text' as const, text, emoji: false });
/** mrkdwn made here: `verbatim` keeps Slack from making links of what looks like an address. */
const marked = (text: string) => ({ type: 'mrkdwn' as const, text, verbatim: true });

export const header = (text: string): SlackBlock => ({ type: 'header', text: plain(text.slice(0, limits.header)) });
export const section = (text: string): SlackBlock => ({ type: 'section', text: marked(text) });
export const context = (text: string): SlackBlock => ({ type: 'context', elements: [marked(text)] });
export const divider: SlackBlock = { type: 'divider' };

/** As many whole lines as fit; `more` says what happened to the rest. */
export function fitted(lines: string[], most: number, more: (left: number) => string): string {
  const room = most - more(lines.length).length - 1;
  const shown: string[] = [];
  let length = 0;
  for (const line of lines) {
    if (length + line.length + 1 > room) break;
    shown.push(line);
    length += line.length + 1;
  }
  const left = lines.length - shown.length;
  return (left > 0 ? [...shown, more(left)] : shown).join('\n');
}
