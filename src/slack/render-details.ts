import type { IncidentLink } from '../domain/incident-links.ts';
import { cut, type MessageAction, type RequestMessage } from '../domain/approval/request-message.ts';
import { limits, plain, section } from './blocks.ts';
import type { SlackBlock, SlackView } from './blocks.ts';
import { code, codeBlock, mrkdwn, mrkdwnWithin } from './mrkdwn.ts';
import { leftOutLines, renderProcedures } from './render-beside.ts';
import { renderLinks } from './render-links.ts';
import { footer, inDetails, renderSituation } from './render-request.ts';

/** Room that a section leaves for the fence of a code block. */
const blockRoom = limits.section - 20;
/** Escaped, a character can take five. */
const lineLimit = 500;

/** Everything about a request in a modal, as far as one holds it; from the model made with `full`. */
export function renderDetails(message: RequestMessage, links: IncidentLink[] = []): SlackView {
  const blocks: SlackBlock[] = [
    ...renderSituation(message, inDetails(message.incidentKey)).slice(1),
    ...renderLinks(links),
    ...message.actions.flatMap((action, index) => actionBlocks(action, index + 1)),
    ...leftOutLines(message).flatMap(({ title, lines }) =>
      lines.map((line) => section(`${title}: ${mrkdwnWithin(line, 2000)}`)),
    ),
    ...renderProcedures(message),
    section(`${footer(message)}\nwhole digest ${code(message.digest)}`),
  ];
  const shown =
    blocks.length <= limits.modalBlocks
      ? blocks
      : [
          ...blocks.slice(0, limits.modalBlocks - 1),
          section(`… the rest does not fit here: ${code(`soar incident show ${message.incidentKey}`)}`),
        ];
  return { type: 'modal', title: plain(`Plan of ${message.incidentKey}`), close: plain('Close'), blocks: shown };
}

function actionBlocks(action: MessageAction, number: number): SlackBlock[] {
  const facts = [
    `*${number}. ${action.reversible ? 'Reversible' : 'IRREVERSIBLE'}* ${mrkdwnWithin(action.title, 600)}`,
    `id ${mrkdwnWithin(action.id, 300)}`,
    `target ${mrkdwnWithin(action.target, 500)}`,
    `in ${mrkdwn(action.place)}`,
    `calls ${mrkdwnWithin(action.calls, 300)}`,
    `undo: ${mrkdwnWithin(action.undo, 500)}`,
    ...action.mayBreak.slice(0, 3).map((what) => `may break: ${mrkdwnWithin(what, 150)}`),
    ...(action.mayBreak.length > 3 ? [`may break: ${action.mayBreak.length - 3} more, see soar incident show`] : []),
  ];
  const lines = action.change.lines.map(({ mark, text }) => `${mark} ${cut(text, lineLimit)}`);
  if (action.change.left > 0) lines.push(`… ${action.change.left} more lines: soar incident show`);
  return [section(facts.join('\n')), ...chunked(lines).map((chunk) => section(chunk))];
}

/** Code blocks of as many lines as a section holds. */
export function chunked(lines: string[]): string[] {
  const chunks: string[][] = [];
  for (const line of lines) {
    const last = chunks.at(-1);
    if (last && codeBlock([...last, line]).length <= blockRoom) last.push(line);
    else chunks.push([line]);
  }
  return chunks.map(codeBlock);
}
