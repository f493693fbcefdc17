import { placeOf } from '../acts/account-concerned.ts';
import { subjectAndDestination } from '../alert/alert-words.ts';
import type { Alert } from '../alert/alert.ts';
import type { ApprovalRequest, AskedGroup, DecisionRecord } from './approval.ts';
import { peopleText } from './asked-words.ts';
import type { Assessment, Severity, Verdict } from '../severity/assessment.ts';
import { severityQuestion } from '../severity/severity-answers.ts';
import { changeLines, shortChange, type ChangeLine } from '../acts/change.ts';
import { plainText } from '../escape.ts';
import type { Finding } from '../findings/evidence.ts';
import type { PlannedAction } from '../plan/plan.ts';
import { leftOutFirst } from '../plan/left-out-order.ts';
import { tellingOrder } from './telling-order.ts';
import type { Phase } from '../phase.ts';

/**
 * What people are told when they are asked: one model, from which Slack, Temporal UI and other channels make their own
 * text. Every string is one line without control characters and of bounded length; markup is escaped by the renderer.
 */
export interface RequestMessage {
  incidentKey: string;
  workflowId: string;
  requestId: string;
  phase: Phase;
  digest: string;
  title: string;
  /** What happened, and who did it. */
  happened: [string, string];
  severity: Severity | null;
  verdict: Verdict | null;
  /** The criteria that made the severity, highest first. */
  criteria: string[];
  known: SomeLines;
  /** What could not be found out, and why (P8). */
  unknown: SomeLines;
  actions: MessageAction[];
  notPlanned: SomeLines;
  /** How many different people have to approve the whole plan. */
  quorum: number;
  dueAt: string;
  overdue: boolean;
  /** The groups that are asked, with their people. */
  asked: string[];
  /** The decisions that counted so far. */
  decisions: string[];
  /** Ids of the actions that were approved so far, where people left some out; absent: whoever approved, approved all. */
  selected?: string[];
}

/** The first lines of a list, and how many more there are. */
export interface SomeLines {
  lines: string[];
  left: number;
}

export interface MessageAction {
  id: string;
  title: string;
  target: string;
  /** Account and Region. */
  place: string;
  calls: string;
  change: { lines: ChangeLine[]; left: number };
  reversible: boolean;
  undo: string;
  mayBreak: string[];
}

/** What the model is made from; an incident's view has all of it. */
export interface RequestContext {
  workflowId: string;
  alert: Alert;
  assessment: Assessment | null;
  verdict: Verdict | null;
  findings: Finding[];
  decisions: DecisionRecord[];
}

interface Size {
  /** Characters of one text. */
  text: number;
  /** Findings and other lists. */
  lines: number;
  changeLines: number;
}
/** To be read on a phone, and everything that there is for those who want it. */
const sizes = {
  short: { text: 200, lines: 6, changeLines: 8 },
  full: { text: 1000, lines: 100, changeLines: 500 },
} satisfies Record<string, Size>;

export function requestMessage(
  { workflowId, alert, assessment, verdict, findings, decisions }: RequestContext,
  request: Omit<ApprovalRequest, 'commitments'>,
  detail: keyof typeof sizes,
): RequestMessage {
  const size = sizes[detail];
  const line = (text: string) => shortened(text, size.text);
  const some = (texts: string[]): SomeLines => ({
    lines: texts.slice(0, size.lines).map(line),
    left: Math.max(0, texts.length - size.lines),
  });
  const { plan } = request;
  const counted = decisions.filter(
    ({ requestId, answer }) => requestId === request.requestId && answer.result === 'accepted',
  );
  // All approvals of a request select the same.
  const selected = counted.find(({ decision }) => decision === 'approve')?.actions;
  const count = plan.actions.length;
  const answered = tellingOrder(findings.filter(isAnswered));
  const open = configuredFirst(tellingOrder(findings.filter((found) => !isAnswered(found))));
  return {
    incidentKey: request.incidentKey,
    workflowId,
    requestId: request.requestId,
    phase: request.phase,
    digest: request.digest,
    title: `${request.incidentKey}: ${request.phase}, ${count} action${count === 1 ? '' : 's'} to decide on`,
    happened: happened(alert, size.text),
    severity: assessment?.severity ?? null,
    verdict,
    criteria: (assessment?.met ?? []).map(({ level, criterion, evidence }) =>
      line(`${level}: ${criterion} (${evidence.join('; ')})`),
    ),
    known: some(answered.map(({ question, answer, detail: found }) => `${question} ${answer}: ${found}`)),
    unknown: some([
      ...open.map(({ question, whyUnknown, detail: found }) => `${question} ${whyUnknown ?? found}`),
      ...(assessment?.unknown ?? []).map((fact) => `not known for the severity: ${severityQuestion(fact)}`),
    ]),
    actions: plan.actions.map((action) => messageAction(action, size)),
    notPlanned: some(leftOutFirst(plan.notPlanned, size.lines).map(({ what, why }) => `${what}: ${why}`)),
    quorum: request.quorum,
    dueAt: request.dueAt,
    overdue: request.overdue,
    asked: request.askedOf.map((asked) => line(askedLine(asked))),
    decisions: counted.map((decision) => line(decisionLine(decision, count))),
    ...(selected ? { selected: selected.map(line) } : {}),
  };
}

/** What is the same in each incident is no news: a refusal is. */
const configuredFirst = (open: Finding[]): Finding[] =>
  open.toSorted((one, other) => Number(isNotConfigured(one)) - Number(isNotConfigured(other)));

const isNotConfigured = ({ whyUnknown = '' }: Finding): boolean => whyUnknown.startsWith('not configured');

const isAnswered = ({ answer }: Finding): boolean => answer !== 'unknown';

function messageAction(action: PlannedAction, size: Size): MessageAction {
  const line = (text: string) => shortened(text, size.text);
  const { lines, left } = shortChange(changeLines(action.before, action.after), size.changeLines);
  return {
    id: line(action.id),
    title: line(action.title),
    target: line(action.target),
    place: line(placeOf(action.input)),
    calls: line(action.calls.join(', ')),
    change: { lines: lines.map(({ mark, text }) => ({ mark, text: cut(text, size.text) })), left },
    reversible: action.reversible,
    undo: line(action.undo),
    mayBreak: action.mayBreak.slice(0, size.lines).map(line),
  };
}

const askedLine = ({ group, people, by }: AskedGroup): string =>
  `${group}: ${peopleText(people)}${by === undefined ? '' : `, handed over by ${by}`}`;

const said = {
  approve: 'approved',
  reject: 'rejected',
  'more-time': 'asked for more time',
  'hand-over': 'handed over',
} as const;

/** Who decided what, when and through which channel; which actions last, as there may be many. */
function decisionLine({ approver, decision, actions, to, channel, at, reason }: DecisionRecord, count: number): string {
  const which = decision === 'approve' ? (actions ? ` ${actions.length} of ${count} actions` : ' all') : '';
  const ids = decision === 'approve' && actions ? ` (${actions.join(', ')})` : '';
  const whom = to === undefined ? '' : ` to ${to}`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${approver} ${said[decision]}${which}${whom} at ${at} by ${channel}${why}${ids}`;
}

/** The two lines with which everything about an incident begins. */
export const happened = (alert: Alert, most: number = sizes.short.text): [string, string] => [
  shortened(whatHappened(alert), most),
  shortened(whoDidIt(alert), most),
];

/** "CreateInstanceExportTask succeeded at … in 111111111111, eu-west-1: i-… → s3://bucket/key" */
function whatHappened(alert: Alert): string {
  const { eventName, outcome, errorCode, time, recipientAccount, region } = alert;
  const ended = outcome === 'success' ? 'succeeded' : `failed${errorCode === undefined ? '' : ` (${errorCode})`}`;
  return `${eventName} ${ended} at ${time} in account ${recipientAccount}, ${region}: ${subjectAndDestination(alert)}`;
}

function whoDidIt({ principal, sourceAddress, userAgent }: Alert): string {
  const who = principal.arn ?? principal.id ?? principal.name ?? `an unknown caller (${principal.kind})`;
  const key = principal.accessKeyId === undefined ? '' : ` with key ${principal.accessKeyId}`;
  return `by ${who}${key} from ${sourceAddress ?? 'an unknown address'}, ${userAgent ?? 'unknown client'}`;
}

/** One harmless line; what is cut off is counted. */
export const shortened = (text: string, most: number): string => cut(plainText(text).trim(), most);

/** The same of a line that is harmless already, with its indentation. */
export function cut(line: string, most: number): string {
  const characters = Array.from(line);
  return characters.length <= most ? line : `${characters.slice(0, most).join('')}… (${characters.length} characters)`;
}
