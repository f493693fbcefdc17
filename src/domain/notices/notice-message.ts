import { isExportEvent, type Alert } from '../alert/alert.ts';
import type { Assessment, Verdict } from '../severity/assessment.ts';
import type { Answer, Finding } from '../findings/evidence.ts';
import type { NoticeDetail } from './notices.ts';
import type { ActionRecord, PlannedAction } from '../plan/plan.ts';
import { happened, shortened } from '../approval/request-message.ts';
import { tellingOrder } from '../approval/telling-order.ts';

/** What an audience is told: one model for every channel. Each text is one harmless line; markup is for the renderer. */
export interface NoticeMessage {
  incidentKey: string;
  workflowId: string;
  detail: NoticeDetail;
  /** Without anything that somebody outside could have written. */
  title: string;
  facts: string[];
  findings: string[];
  plan: string[];
}

/** What it is made from. */
export interface NoticeContext {
  incidentKey: string;
  workflowId: string;
  /** Title of the playbook: what kind of incident it is. */
  kind: string;
  alert: Alert;
  assessment: Assessment | null;
  verdict: Verdict | null;
  findings: Finding[];
  actions: ActionRecord[];
  /** What people are asked about now. */
  planned: PlannedAction[];
}

/** Lists are cut here, and say so. */
const mostLines = 40;
const lineLength = 300;
const mostOfOthers = 2;

export function noticeMessage(context: NoticeContext, detail: NoticeDetail): NoticeMessage {
  const { incidentKey, workflowId, kind, assessment } = context;
  const account = accountOf(context.alert);
  const severity = assessment?.severity ?? 'not assessed yet';
  return {
    incidentKey,
    workflowId,
    detail,
    title: `${incidentKey}: ${kind}`,
    facts: [`Account ${account}, severity ${severity}`, ...(detail === 'headline' ? [] : summary(context))],
    findings: detail === 'full' ? lines(context.findings.map(findingLine)) : [],
    plan: detail === 'full' ? lines(planLines(context)) : [],
  };
}

/** Even this came with the alert: what is no account id is not repeated. */
const accountOf = ({ recipientAccount }: Alert): string =>
  /^\d{12}$/.test(recipientAccount) ? recipientAccount : 'not known';

const summary = ({ alert, verdict, findings }: NoticeContext): string[] => [
  happened(alert, lineLength)[0],
  `Verdict: ${verdict ?? 'open'}`,
  ...(isExportEvent(alert.eventName)
    ? [
        `Exposure: bucket open outside the organisation: ${answerOf(findings, 'bucket-access')}; image downloaded: ${downloadWords(findings)}`,
      ]
    : // Another playbook asks other questions. Their details say who, and are not for everybody.
      tellingOrder(findings)
        .slice(0, mostOfOthers)
        .map(({ question, answer }) => shortened(`${question} ${answer}`, lineLength))),
];

/** A question that was not asked yet is not answered by no (P8). */
const answerOf = (findings: Finding[], id: string): Answer =>
  findings.find((one) => one.id === id)?.answer ?? 'unknown';

/** An empty log that may be late or incomplete is no proof, and whoever is told this may decide on it alone. */
function downloadWords(findings: Finding[]): string {
  const found = findings.find(({ id }) => id === 'downloaded');
  return found?.answer === 'no' && found.confidence === 'low'
    ? 'none found so far, in a log that may be late or incomplete'
    : answerOf(findings, 'downloaded');
}

const findingLine = ({ question, answer, detail, whyUnknown }: Finding): string =>
  `${question} ${answer}: ${answer === 'unknown' ? (whyUnknown ?? detail) : detail}`;

const planLines = ({ actions, planned }: NoticeContext): string[] => [
  ...actions.map(({ title, status, detail }) => `${title}: ${status} (${detail})`),
  ...planned.map(({ title }) => `${title}: waits for approval`),
];

function lines(texts: string[]): string[] {
  const shown = texts.slice(0, mostLines).map((text) => shortened(text, lineLength));
  return texts.length > shown.length ? [...shown, `and ${texts.length - shown.length} more: see the report`] : shown;
}
