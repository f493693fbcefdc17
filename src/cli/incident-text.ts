import type { FoundIncident } from '../approvals/find-incident.ts';
import type { ArchiveState } from '../audit/archive-state.ts';
import { destinationNamed, subjectNamed } from '../domain/alert/alert-words.ts';
import type { RequestRecord } from '../domain/approval/approval.ts';
import { peopleText } from '../domain/approval/asked-words.ts';
import type { Assessment } from '../domain/severity/assessment.ts';
import { severityQuestion } from '../domain/severity/severity-answers.ts';
import type { Finding } from '../domain/findings/evidence.ts';
import { saidOnce } from '../domain/findings/said-once.ts';
import type { IncidentView } from '../domain/incident.ts';
import { sharedNames } from '../domain/alert/correlation.ts';
import { credentialLine } from '../domain/watch/credentials.ts';
import { noticeLine } from '../domain/notices/notices.ts';
import type { IncidentReport } from '../domain/report/report.ts';
import type { UndoRecord } from '../domain/plan/undo-plan.ts';
import { planText, proceduresText } from './plan-text.ts';
import { styler, table, type Style, type Terminal } from './terminal.ts';
import { phases } from '../domain/phase.ts';

/** Of an open incident its view, of a closed one its report; of one that was stopped, neither may be left. */
export interface ShownIncident extends FoundIncident {
  view: IncidentView | null;
  report: IncidentReport | null;
  /** Null: nothing seals it, or Temporal no longer knows what did. */
  archive: ArchiveState | null;
  /** Workflow id of the incident that a later event on the same subject opened; null: none is known. */
  successor: string | null;
  /** Undos that were asked for after it had closed, each an incident of its own; its own record has ended before. */
  undosSince: { incidentKey: string; status: string }[];
}

const levelStyle: Record<string, Style[]> = { high: ['red', 'bold'], medium: ['yellow'], low: ['green'] };

export function incidentText(incident: ShownIncident, terminal: Pick<Terminal, 'coloured' | 'columns'>): string {
  const style = styler(terminal);
  const { view, report } = incident;
  const known = view ?? report;
  // One that was terminated asks nobody any more, whatever it asked last.
  const asked = incident.running ? (view?.pendingApproval ?? null) : null;
  const head =
    `${style(incident.incidentKey, 'bold')}  ${incident.running ? 'open' : `closed (${incident.status.toLowerCase()})`}\n` +
    `${style(incident.workflowId)}\n`;
  const continued = incident.successor === null ? '' : `\nContinued by ${style(incident.successor)}\n`;
  const undone = incident.undosSince.map(
    ({ incidentKey, status }) =>
      `\nUndo since by ${style(incidentKey)} (${style(status.toLowerCase())}): soar incident show says what it undid\n`,
  );
  const after = [continued, ...undone].join('');
  const section = (title: string, text: string) => (text === '' ? '' : `\n${style(title, 'bold')}\n${text}`);
  if (!known) {
    const sealed = section('Sealed', sealedText(incident.archive));
    return `${head}\nThe incident ended without a report; its history is in Temporal.\n${sealed}${after}`;
  }

  const { alert } = known;
  return [
    head,
    section(
      'Alert',
      table(
        [
          ['event', `${alert.eventName}, ${alert.outcome}, ${alert.time}`],
          ['where', `account ${alert.recipientAccount}, ${alert.region}`],
          ['what', [subjectNamed(alert), alert.exportTaskId].filter(Boolean).join(', ') || 'unknown'],
          ...(alert.about ? Object.entries(alert.about.says) : [['to', destinationNamed(alert) ?? 'unknown']]),
          ['who', alert.principal.arn ?? alert.principal.id ?? alert.principal.kind],
          ['from', [alert.sourceAddress, alert.userAgent].filter(Boolean).join(', ') || 'unknown'],
        ],
        '  ',
      ),
    ),
    section('Alerts', alertsText(known)),
    section('Related', relatedText(known)),
    section('Severity', severityText(known.assessment, known.verdict, style)),
    section('Phases', report ? reportPhases(report) : view ? viewPhases(view, incident.running) : ''),
    section('Findings', findingsText(known.findings, style)),
    section(
      'Links',
      table(
        (known.links ?? []).map(({ title, url }) => [title, url]),
        '  ',
      ),
    ),
    asked ? `\n${planText(asked, terminal)}` : '',
    section('By hand', proceduresOf(incident)),
    section('Asked', table((known.requests ?? []).flatMap(askedRows), '  ')),
    section(
      'Decisions',
      table(
        known.decisions.map(({ at, approver, decision, to, channel, answer }) => [
          at,
          approver,
          to === undefined ? decision : `${decision} to ${to}`,
          `by ${channel}`,
          answer.result === 'accepted' ? `accepted: ${answer.detail}` : `refused: ${answer.reason}`,
        ]),
        '  ',
      ),
    ),
    section(
      'Actions',
      table(
        known.actions.map(({ id, status, detail }) => [id, status, detail]),
        '  ',
      ),
    ),
    section('Undo', table((known.undos ?? []).flatMap(undoRows), '  ')),
    section('Credentials', credentialsText(incident)),
    section('Others told', noticesText(incident)),
    section(
      'Notes',
      table(
        known.notes.map(({ at, author, text }) => [at, author, text]),
        '  ',
      ),
    ),
    section('Sealed', sealedText(incident.archive)),
    known.undoes === undefined ? '' : `\nUndoes what ${style(known.undoes)} did\n`,
    known.predecessor === undefined ? '' : `\nContinues ${style(known.predecessor)}\n`,
    after,
    asked
      ? `\nDecide with: soar incident decide ${incident.incidentKey} --approve | --reject | --more-time | --hand-over TO\n`
      : '',
  ].join('');
}

/** Of the plan that is asked about, else of the phase that it is in; of one that has closed, of its review. */
function proceduresOf({ workflowId, view }: ShownIncident): string {
  const phase = view?.pendingApproval?.phase ?? view?.phase ?? 'closed';
  return proceduresText(workflowId, phase === 'closed' ? 'post-incident' : phase);
}

/** Where the sealed record lies, or why it does not yet. */
function sealedText(archive: ArchiveState | null): string {
  if (!archive) return '';
  if (archive.state === 'failed')
    return table([['not sealed', `${archive.reason}; begin anew: soar audit seal`]], '  ');
  if (archive.state === 'waiting') {
    return table([['not yet', `${archive.reason ?? 'it has just begun'} (attempt ${archive.attempts})`]], '  ');
  }
  return table(
    archive.bundles.map(({ uri, sha256 }) => [uri, `SHA-256 ${sha256}`]),
    '  ',
  );
}

/** Each request with whom it was put to, and how it stands. */
const askedRows = ({ requestId, askedAt, askedOf, told, outcome, by, replacedBy }: RequestRecord): string[][] => [
  [askedAt, requestId, replacedBy === undefined ? outcomeText(outcome, by) : `replaced by ${replacedBy}`],
  ...askedOf.map(({ at, group, people, by: from }) => [
    at,
    `  ${group}`,
    `${peopleText(people)}${from === undefined ? '' : `, handed over by ${from}`}`,
  ]),
  ...told.map(({ at, what }) => [at, `  ${what}`, '']),
];

const outcomeText = (outcome: RequestRecord['outcome'], by: string[]): string =>
  by.length === 0 ? outcome : `${outcome} by ${by.join(' and ')}`;

/** Who wanted what undone, why, and what came of it. */
const undoRows = ({ at, by, actions, reason, outcome }: UndoRecord): string[][] => [
  [at, by, actions?.join(', ') ?? 'everything', outcome],
  ['', '', `  because ${reason}`, ''],
];

/** What has to be rotated, and what became of it. */
function credentialsText({ view, report, incidentKey }: ShownIncident): string {
  const credentials = (view ?? report)?.credentials ?? [];
  const open = view !== null && credentials.some(({ status }) => status === 'open');
  const rows = credentials.map((credential) => [credentialLine(credential), credential.note ?? credential.why]);
  return (
    table(rows, '  ') + (open ? `  when one is done: soar incident rotated ${incidentKey} ID --by YOUR-NAME\n` : '')
  );
}

/** Of a closed incident as it stood then: what people told afterwards is not on its record. */
function noticesText({ view, report, incidentKey }: ShownIncident): string {
  const notices = (view ?? report)?.notices ?? [];
  const now = report?.closedAt ?? new Date().toISOString();
  const due = view !== null && notices.some(({ status }) => status !== 'told');
  return (
    table(
      notices.map((notice) => [noticeLine(notice, now), notice.note ?? '']),
      '  ',
    ) + (due ? `  when you have told them: soar incident told ${incidentKey} NOTICE --by YOUR-NAME\n` : '')
  );
}

type Styled = ReturnType<typeof styler>;

/** Which other incidents share something with it (S24), and whether it is one of a burst. */
function relatedText({ related = [], relatedTotal = 0, burst = null }: IncidentView | IncidentReport): string {
  const more = relatedTotal - related.length;
  return table(
    [
      ...(burst ? [['burst', `${burst.size} incidents of one actor, led by ${burst.lead}`]] : []),
      ...related.map(({ incidentKey, shares }) => [incidentKey, `shares ${sharedNames(shares)}`]),
      ...(more > 0 ? [['and', `${more} more`]] : []),
    ],
    '  ',
  );
}

/** The first alert is shown above; the list says who else told of it. */
function alertsText({ arrivals = [], alertsNotListed = 0 }: IncidentView | IncidentReport): string {
  if (arrivals.length + alertsNotListed < 2) return '';
  const rows = arrivals.map(({ receivedAt, door, rule, eventId }) => [receivedAt, door, rule ?? '', eventId]);
  return table(rows, '  ') + (alertsNotListed === 0 ? '' : `  and ${alertsNotListed} more, not listed\n`);
}

function severityText(assessment: Assessment | null, verdict: string | null, style: Styled): string {
  if (!assessment) return '  not assessed yet\n';
  const { severity, met, unknown } = assessment;
  return (
    `  ${style(severity.toUpperCase(), ...(levelStyle[severity] ?? []))}, verdict: ${verdict ?? 'none yet'}\n` +
    table(
      met.map(({ level, criterion, evidence }) => [level, criterion, evidence.join('; ')]),
      '  ',
    ) +
    (unknown.length > 0 ? `  unknown: ${style(unknown.map(severityQuestion).join(' '))}\n` : '')
  );
}

/** When each phase was done, as that of an open incident says it. */
const reportPhases = (report: IncidentReport): string =>
  table(
    report.phases.map(({ phase, endedAt, outcome }) => ['done', phase, endedAt, outcome]),
    '  ',
  );

/** The timeline holds `triage: outcome` for each phase that has ended. */
function viewPhases(view: IncidentView, running: boolean): string {
  const rows = phases.map((phase) => {
    const ended = view.timeline.findLast(({ kind, text }) => kind === 'phase' && text.startsWith(`${phase}: `));
    const state = phase === view.phase ? (running ? 'now' : 'cut short') : ended ? 'done' : '';
    return [state, phase, ended?.at ?? '', ended?.text.slice(phase.length + 2) ?? ''];
  });
  return table(rows, '  ');
}

const findingsText = (findings: Finding[], style: Styled): string =>
  saidOnce(findings)
    .map(({ answer, question, detail, whyUnknown, source, confidence }) => {
      const styles: Style[] = answer === 'unknown' ? ['yellow'] : [];
      const reason = whyUnknown === undefined || detail.includes(whyUnknown) ? '' : ` (${whyUnknown})`;
      const basis =
        source === undefined ? '' : `; ${source}${confidence === undefined ? '' : `, confidence ${confidence}`}`;
      return `  ${style(answer.padEnd(7), ...styles)}  ${style(question)}\n           ${style(detail + reason + basis, 'dim')}\n`;
    })
    .join('');
