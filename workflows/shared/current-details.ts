import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Assessment } from '../../src/domain/severity/assessment.ts';
import type { RelatedIncident } from '../../src/domain/alert/correlation.ts';
import {
  shortened,
  type MessageAction,
  type RequestMessage,
  type SomeLines,
} from '../../src/domain/approval/request-message.ts';
import type { Phase } from '../../src/domain/phase.ts';

/** Text from outside stays text in Temporal UI, which renders Markdown. */
const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

/** Inline and with spaces to break at: Temporal UI (2.42) shows nothing of a fenced block and cuts what does not fit. */
function signalInput({ requestId, digest }: RequestMessage): string {
  const proof = { kind: 'code', code: 'YOUR-CODE' };
  const input = { requestId, digest, decision: 'approve', approver: 'YOUR-ID', proof };
  return `\`${JSON.stringify(input, null, 1).replace(/\s+/g, ' ')}\``;
}

const mostNamed = 10;
const relatedLine = (related: RelatedIncident[]): string =>
  related
    .slice(0, mostNamed)
    .map(({ incidentKey, shares }) => `${code(incidentKey)} (${shares.join(', ')})`)
    .join(', ') + (related.length > mostNamed ? ` and ${related.length - mostNamed} more` : '');

/** What Temporal UI shows at the top of the workflow: the state, and what to paste to decide. */
export function currentDetails(state: {
  incidentKey: string;
  phase: Phase | 'closed';
  assessment: Assessment | null;
  verdict: string | null;
  pending: RequestMessage | null;
  /** Who has still to be told, in lines. */
  notices?: string[];
  related?: RelatedIncident[];
}): string {
  const lines = [
    `**${state.incidentKey}**: phase **${state.phase}**, severity **${state.assessment?.severity ?? 'not assessed yet'}**, ` +
      `verdict **${state.verdict ?? 'open'}**`,
  ];
  const { pending, notices = [], related = [] } = state;
  if (notices.length > 0) {
    lines.push('', ...notices.slice(0, mostNotices).map((notice) => `- to be told: ${code(shortened(notice, 400))}`));
    if (notices.length > mostNotices) lines.push(`- and ${notices.length - mostNotices} more to be told`);
  }
  if (related.length > 0) lines.push('', `Related: ${relatedLine(related)}`);
  if (!pending) return [...lines, '', 'Nobody is asked for anything.'].join('\n');

  lines.push(
    '',
    ...pending.happened.map((line) => `- ${code(line)}`),
    '',
    `### Awaiting ${pending.quorum} approval(s) until ${pending.dueAt}${pending.overdue ? ' (OVERDUE)' : ''}`,
    ...pending.asked.map((group) => `- asked ${code(group)}`),
    ...pending.decisions.map((decision) => `- ${code(decision)}`),
  );
  const about = [
    ...pending.actions.flatMap(actionLines),
    ...listed('not planned', pending.notPlanned),
    ...pending.criteria.map((criterion) => `- severity: ${code(criterion)}`),
    ...listed('known', pending.known),
    ...listed('could not be found out', pending.unknown),
  ];
  const end = [
    '',
    'The whole plan with before and after: query `pendingApproval`, or `soar incident show`. ' +
      'To decide here, send the signal `decide` with your own code (`soar incident codes`):',
    '',
    signalInput(pending),
    '',
    'A code is personal and works once. More time, or handing over to somebody else: in Slack, or with ' +
      `\`soar incident decide ${pending.incidentKey}\`.`,
  ];
  const room = mostBytes - bytes([...lines, ...end].join('\n'));
  return [...lines, ...fitting(about, room), ...end].join('\n');
}

const mostChangeLines = 6;
const mostNotices = 6;

function actionLines({ id, title, target, calls, reversible, change, mayBreak }: MessageAction): string[] {
  const shown = change.lines.slice(0, mostChangeLines);
  const left = change.lines.length - shown.length + change.left;
  return [
    `- **${id.replace(/[^\w:./-]/g, '')}** ${code(title)} on ${code(target)}: ${code(calls)}; ` +
      (reversible ? 'reversible' : '**irreversible**'),
    ...shown.map(({ mark, text }) => `  - ${code(`${mark} ${text}`)}`),
    ...(left > 0 ? [`  - … ${left} more lines`] : []),
    ...mayBreak.map((what) => `  - may break: ${code(what)}`),
  ];
}

const listed = (title: string, { lines, left }: SomeLines): string[] => [
  ...lines.map((line) => `- ${title}: ${code(line)}`),
  ...(left > 0 ? [`- ${title}: and ${left} more`] : []),
];

/** The server takes 20,000 bytes; beyond them the workflow could not go on. */
const mostBytes = 18_000;
const bytes = (text: string): number => utf8ToBytes(text.toWellFormed()).length;

/** As many lines as there is room for, and how many are missing. */
function fitting(lines: string[], room: number): string[] {
  let used = 100;
  const shown = lines.filter((line) => {
    used += bytes(line) + 1;
    return used <= room;
  });
  return shown.length === lines.length ? lines : [...shown, `- … ${lines.length - shown.length} more lines`];
}
