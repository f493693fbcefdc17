import { subjectAndDestination } from '../../domain/alert/alert-words.ts';
import { isExportEvent, type Alert } from '../../domain/alert/alert.ts';
import type { Answer } from '../../domain/findings/evidence.ts';
import type { Principal } from '../../domain/alert/principal.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { incidentKey } from '../../domain/names.ts';
import type { MetCriterion } from '../../domain/severity/assessment.ts';
import { sharedCopy } from '../../domain/report/shared-copy.ts';
import { say, strong, type Sentence } from './sentence.ts';
import { outsideWords } from './outside.ts';
import { inPlaceWords } from './undos.ts';
import { notKnown, plural, utc } from './words.ts';

/** Five sentences: what, how bad, did it leave, what was done, what is open. Of an undo: whose acts, who asked, what came. */
export const summary = (report: IncidentReport): Sentence[] =>
  report.undoes === undefined ? incidentSummary(report) : undoSummary(report);

function incidentSummary(report: IncidentReport): Sentence[] {
  const { alert, verdict, assessment, actions, decisions, findings, rechecks, closedAt } = report;
  const worst = assessment.met[0];
  const judged = say`The verdict is ${strong(verdict)} with severity ${strong(assessment.severity)}`;
  const approvers = [
    ...new Set(
      decisions
        .filter(({ decision, answer }) => decision === 'approve' && answer.result === 'accepted')
        .map(({ approver }) => approver),
    ),
  ];
  const unknown = plural(findings.filter(({ answer }) => answer === 'unknown').length, 'question');
  const drifted = rechecks.filter(({ result }) => result === 'drift').length;
  const open =
    drifted === 0 ? say`${unknown} unanswered` : say`${unknown} unanswered and drift found ${plural(drifted, 'time')}`;
  // Of a share that is the snapshot itself, and told already.
  const shared = isExportEvent(alert.eventName) ? sharedCopy(report) : undefined;
  const given = shared
    ? say`; a copy of the machine was shared outside (${shared.detail}), and no log here tells who took it`
    : say``;
  // That all that was planned is done says nothing of what could not be planned.
  const held = doubt[findings.find(({ id }) => id === 'contained')?.answer ?? 'yes'];
  return [
    say`On ${utc(alert.time)} UTC, ${called(alert)}.`,
    worst ? say`${judged}: ${reasons(worst, assessment.met)}.` : say`${judged}.`,
    say`${outsideWords(report).sentence}${given}.`,
    actions.length === 0
      ? say`Nothing was changed in response.`
      : approvers.length === 0
        ? say`${inPlaceWords(actions)}${held}.`
        : say`${inPlaceWords(actions)}, approved by ${approvers.join(' and ')}${held}.`,
    closedAt === null
      ? say`This is an interim report: recovery is still being watched, with ${open}.`
      : say`The incident closed on ${utc(closedAt)} UTC, with ${open}.`,
  ];
}

const doubt: Record<Answer, Sentence> = {
  yes: say``,
  no: say`; the containment does not hold`,
  unknown: say`; whether the containment holds is not known`,
};

function called(alert: Alert): Sentence {
  const { eventName, outcome, errorCode, recipientAccount, region } = alert;
  const failed = outcome === 'failure';
  const actor = actorOf(alert.principal);
  // Our own words: as a value, none at all would read as one that is not known.
  const error = errorCode === undefined ? say`` : say` (${errorCode})`;
  const end = failed ? say`, and failed${error}` : say``;
  return isExportEvent(eventName)
    ? say`${actor} ${failed ? 'tried' : 'started'} ${eventName} of ${known(alert.instanceId ?? alert.imageId)} in account ${recipientAccount}, ${region}, to bucket ${known(alert.bucket)}${end}`
    : say`${actor} ${failed ? 'tried' : 'called'} ${eventName} in account ${recipientAccount}, ${region} (${subjectAndDestination(alert)})${end}`;
}

/** One criterion is enough; that there are more is worth knowing, and what took a level away. */
function reasons(worst: MetCriterion, met: MetCriterion[]): string {
  const lowers = met.find(({ level }) => level === 'lower');
  const more = met.filter(({ level }) => level !== 'lower').length - 1;
  const others = more > 0 ? ` (and ${more} more ${more === 1 ? 'criterion' : 'criteria'})` : '';
  return worst.criterion + others + (lowers && lowers !== worst ? `; one level less: ${lowers.criterion}` : '');
}

const known = (value: string | undefined): string => (value === undefined || value.trim() === '' ? notKnown : value);

function actorOf({ kind, name, sessionName, arn }: Principal): string {
  return `${known(kind)} ${known(name ?? arn)}${sessionName === undefined ? '' : ` (session ${sessionName})`}`;
}

/** The report of an undo repeats severity and verdict of its incident. */
function undoSummary({ undoes, undos: [undo] = [], actions, closedAt }: IncidentReport): Sentence[] {
  return [
    say`This undoes what ${incidentKey(undoes ?? '')} did, an incident that has closed.`,
    ...(undo
      ? [say`${undo.by} asked for it on ${utc(undo.at)} UTC: ${undo.reason}.`, say`It came to: ${undo.outcome}.`]
      : []),
    ...(actions.length === 0 ? [say`Nothing was changed.`] : []),
    closedAt === null ? say`It has not ended.` : say`It ended on ${utc(closedAt)} UTC.`,
    say`What the incident was about is told here as its own report tells it.`,
  ];
}
