import type { MessageAction, RequestMessage, SomeLines } from '../domain/approval/request-message.ts';
import { minuteText } from '../domain/minute-text.ts';
import { context, divider, fitted, header, limits, plain, section } from './blocks.ts';
import type { SlackBlock, SlackMessage } from './blocks.ts';
import { code, codeBlock, mrkdwnWithin } from './mrkdwn.ts';
import { actionIds, referenceText } from './references.ts';
import { leftOutLines, renderProcedures } from './render-beside.ts';
import type { Phase } from '../domain/phase.ts';

/** What is shown of a request: it is read on a phone, and Slack takes some 13,000 characters in all. */
const budget = { happened: 1200, lines: 1100, actions: 5000, leftOut: 400 };
/** A plan with more actions cannot be shown whole, and what is not seen is not approved (P2). */
const mostActions = 20;

/** How long a list may be, and what is said about the rest of it. */
interface Room {
  lines: number;
  more: (left: number) => string;
}
const inMessage: Room = { lines: budget.lines, more: (left) => `… and ${left} more: see Details` };
export const inDetails = (incidentKey: string): Room => ({
  lines: limits.section - 200,
  more: (left) => `… and ${left} more: ${code(`soar incident show ${incidentKey}`)}`,
});

export interface RequestLinks {
  /** The incident in Temporal UI. */
  temporal?: string;
}

/** The message that asks: everything that people decide on, and the buttons. */
export function renderRequest(message: RequestMessage, links: RequestLinks = {}): SlackMessage {
  const fits = message.actions.length <= mostActions;
  const shown = message.actions.slice(0, mostActions);
  const cap = Math.min(limits.section - 100, Math.floor(budget.actions / Math.max(shown.length, 1)));
  return {
    text: `${message.title}: your decision is needed`,
    blocks: [
      ...renderSituation(message),
      divider,
      ...shown.map((action, index) => section(actionText(action, index + 1, cap))),
      ...(fits ? checkboxes(message.actions) : [section(tooMany(message))]),
      ...leftOutLines(message).flatMap(({ title, lines }, index) => {
        const left = index === 0 ? message.notPlanned.left : 0;
        return listed(title, { lines, left }, { ...inMessage, lines: budget.leftOut });
      }),
      ...(message.decisions.length > 0
        ? [
            section(
              `*So far*\n${[...selectedSoFar(message), fitted(message.decisions.map(bullet), budget.lines, inMessage.more)].join('\n')}`,
            ),
          ]
        : []),
      ...renderProcedures(message),
      context(footer(message)),
      { type: 'actions', block_id: 'soar_decide', elements: buttons(message, fits, links) },
    ],
  };
}

/** What happened, how bad it is and why, what is known, and what is not (P8). */
export function renderSituation(message: RequestMessage, room = inMessage): SlackBlock[] {
  const { severity, verdict, criteria } = message;
  return [
    header(message.title),
    section(message.happened.map((line) => mrkdwnWithin(line, budget.happened / 2)).join('\n')),
    section(
      [
        `*Severity ${severity?.toUpperCase() ?? 'not assessed yet'}*, verdict ${verdict ?? 'open'}`,
        fitted(criteria.map(bullet), room.lines, room.more),
      ].join('\n'),
    ),
    ...listed('Known', message.known, room, afterContainment.includes(message.phase) ? asItWas : undefined),
    ...listed('Could not be found out', message.unknown, room),
  ];
}

const bullet = (line: string): string => `• ${mrkdwnWithin(line, 500)}`;

/** Findings say how things were: whoever comes late must not read in them that reads are still open. */
const afterContainment: readonly Phase[] = ['eradication', 'recovery'];
const asItWas = 'as it was found; what was changed since stands in the thread';

function listed(title: string, { lines, left }: SomeLines, { lines: most, more }: Room, remark?: string): SlackBlock[] {
  if (lines.length === 0) return [];
  const shown = fitted(lines.map(bullet), most, (dropped) => more(dropped + left)).split('\n');
  // Bullets begin otherwise: what was left out before is told already.
  const rest = left > 0 && !shown.at(-1)?.startsWith('…') ? [more(left)] : [];
  const head = remark === undefined ? `*${title}*` : `*${title}* (${remark})`;
  return [section([head, ...shown, ...rest].join('\n'))];
}

function actionText(action: MessageAction, number: number, cap: number): string {
  const reversible = action.reversible ? 'reversible' : '*IRREVERSIBLE*';
  const head = fitted(
    [
      `*${number}.* ${mrkdwnWithin(action.title, 150)} (${reversible})`,
      mrkdwnWithin(`${action.calls} on ${action.target}, ${action.place}`, Math.max(150, cap - 250)),
      ...action.mayBreak.map((what) => `may break: ${mrkdwnWithin(what, 200)}`),
    ],
    cap,
    (left) => `… ${left} more lines in Details`,
  );
  const change = changeText(action, cap - head.length);
  return change === '' ? head : `${head}\n${change}`;
}

/** The change as far as there is room, always with the number of lines that are missing. */
function changeText({ change }: MessageAction, room: number): string {
  const lines = change.lines.map(({ mark, text }) => `${mark} ${text}`);
  for (let shown = lines.length; shown > 0; shown--) {
    const left = lines.length - shown + change.left;
    const block = codeBlock(lines.slice(0, shown)) + (left > 0 ? `\n… ${left} more lines in Details` : '');
    if (block.length <= room) return block;
  }
  return lines.length + change.left > 0 ? `before → after: ${lines.length + change.left} lines in Details` : '';
}

const tooMany = ({ actions, incidentKey }: RequestMessage): string =>
  `${actions.length - mostActions} more actions do not fit here, and nobody should approve what they have not seen: ` +
  `decide with ${code(`soar incident decide ${incidentKey}`)}`;

/** Of one action there is nothing to select. */
function checkboxes(actions: MessageAction[]): SlackBlock[] {
  if (actions.length < 2) return [];
  const options = actions.map(({ title }, index) => {
    const text = `${index + 1}. ${title}`;
    return {
      text: plain(text.length > limits.optionText ? `${text.slice(0, limits.optionText - 1)}…` : text),
      value: String(index),
    };
  });
  const groups = Array.from({ length: Math.ceil(options.length / limits.optionsPerElement) }, (_, group) =>
    options.slice(group * limits.optionsPerElement, (group + 1) * limits.optionsPerElement),
  );
  return groups.map((group, index) => ({
    type: 'actions',
    block_id: `${actionIds.select}_${index}`,
    elements: [{ type: 'checkboxes', action_id: actionIds.select, options: group }],
  }));
}

/** Whoever approves next has to select the same, and long ids do not fit into the line of a decision. */
function selectedSoFar({ actions, selected }: RequestMessage): string[] {
  if (!selected) return [];
  const numbers = actions.flatMap(({ id }, index) => (selected.includes(id) ? [index + 1] : []));
  return [`Approved so far: ${numbers.join(', ')} of ${actions.length}. Select the same to approve them, or reject`];
}

/** How many are needed and who is asked, until when, and the digest of exactly this plan. */
export const footer = ({ quorum, asked, dueAt, overdue, digest, requestId }: RequestMessage): string =>
  [
    `needs ${quorum} approval${quorum === 1 ? '' : 's by different people'}`,
    ...(asked.length > 0 ? [`asked ${mrkdwnWithin(asked.join('; '), 400)}`] : []),
    `${overdue ? '*OVERDUE* since' : 'due'} ${minuteText(dueAt)}`,
    `digest ${code(digest.slice(0, 16))}`,
    `request ${code(requestId)}`,
  ].join(' · ');

type Button = Extract<Extract<SlackBlock, { type: 'actions' }>['elements'][number], { type: 'button' }>;

/** To approve opens a window that shows what would be called; nothing is approved by these buttons alone. */
function buttons(message: RequestMessage, approvable: boolean, { temporal }: RequestLinks): Button[] {
  const { workflowId, requestId, digest } = message;
  const value = referenceText({ workflowId, requestId, digest });
  const count = message.actions.length;
  const button = (action_id: string, label: string, rest: Partial<Button> = {}): Button => ({
    type: 'button',
    action_id,
    text: plain(label),
    value,
    ...rest,
  });
  return [
    ...(approvable
      ? [
          button(actionIds.approveAll, count === 1 ? 'Approve' : `Approve all ${count}`, { style: 'primary' }),
          ...(count > 1 ? [button(actionIds.approveSelected, 'Approve selected')] : []),
        ]
      : []),
    button(actionIds.reject, 'Reject', { style: 'danger' }),
    button(actionIds.later, 'More time / hand over'),
    button(actionIds.details, 'Details'),
    ...(temporal === undefined ? [] : [{ ...button(actionIds.openTemporal, 'Temporal UI'), url: temporal }]),
  ];
}
