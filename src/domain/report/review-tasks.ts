import { isExportEvent } from '../alert/alert.ts';
import { isInPlace } from '../plan/plan.ts';
import { imageLoss, type LossWords } from './loss-words.ts';
import type { IncidentReport } from './report.ts';
import { sharedCopy } from './shared-copy.ts';
import { wasUndone } from '../plan/undo-plan.ts';
import { actionKind, isUndo } from '../acts/action-id.ts';

/** Something that stays with people when the incident is over (S119). */
export interface ReviewTask {
  what: string;
  why: string;
  /** Checklist item whose procedure says how. */
  procedure?: string;
}

/** What the review has to settle, derived from the report; nothing of it is done by the playbook. */
export const reviewTasks = (report: IncidentReport, loss: LossWords = imageLoss): ReviewTask[] =>
  report.undoes === undefined ? rules.flatMap((rule) => rule(report, loss)) : unfinished(report);

const rules: ((report: IncidentReport, loss: LossWords) => ReviewTask[])[] = [
  ({ verdict }, { owned }) =>
    verdict === 'authorised'
      ? []
      : [
          {
            what: `Hold the review, with the responders, the approvers and the owner of ${owned}; record who came`,
            why: 'the playbook ends with it',
            procedure: 'S119',
          },
        ],
  ({ metrics, alert, findings }, { what, taken, toSay }) =>
    !sharedCopy({ findings }) && (alert.outcome === 'failure' || metrics.accessedOutsideOrganisation === 'no')
      ? []
      : [
          {
            what: toSay,
            why:
              metrics.accessedOutsideOrganisation === 'yes'
                ? `${what} was ${taken} outside the organisation`
                : isExportEvent(alert.eventName) && sharedCopy({ findings })
                  ? 'a copy of the machine was shared outside the organisation'
                  : `nobody can say that ${what} was not ${taken} outside the organisation`,
            procedure: 'S132',
          },
        ],
  unfinished,
  ({ credentials, notPlanned, incidentKey }) =>
    credentials
      ? credentials
          .filter(({ status }) => status === 'open')
          .map(({ id, what, why }) => ({
            what: `Rotate ${what}, and record it: soar incident rotated ${incidentKey} ${id}`,
            why,
            procedure: 'S80',
          }))
      : notPlanned.filter(({ what }) => rotation.test(what)).map(({ what, why }) => ({ what: sentence(what), why })),
  ({ findings }) => {
    const open = findings.filter(({ answer }) => answer === 'unknown');
    return open.length === 0
      ? []
      : [
          {
            what: `Answer, or accept by name, what is not known: ${open.map(({ question }) => question).join(' ')}`,
            why: 'a gap is not a no',
            procedure: 'S77',
          },
        ];
  },
  ({ rechecks }) => {
    const last = rechecks.at(-1);
    const missing = last?.notInPlace ?? [];
    if (last === undefined || (last.result === 'holds' && missing.length === 0)) return [];
    const left = missing.length === 0 ? '' : `; not in place: ${missing.join(', ')}`;
    return [
      { what: 'See that recovery holds', why: `the last recheck, on ${last.at}, came to: ${last.result}${left}` },
    ];
  },
  ({ notices = [] }) =>
    notices
      .filter(({ status }) => status !== 'told')
      .map(({ who, id, status, dueBy }) => ({
        what: `Tell ${who} (${id})${dueBy === undefined ? '' : ` by ${dueBy}`}, and record it`,
        why: `the notice is ${status}`,
      })),
  ({ actions }) =>
    actions.some((action) => actionKind(action.id) === 'copy-to-forensics' && isInPlace(action))
      ? [
          {
            what: 'Name a custodian of the forensic copy, and say until when it is kept',
            why: 'it holds everything that the machine held',
            procedure: 'S132',
          },
        ]
      : [],
  ({ improvements }) =>
    improvements.length === 0
      ? []
      : [
          {
            what: 'Decide on each improvement, with an owner and a date',
            why: 'the findings of this incident ask for them',
            procedure: 'S131',
          },
        ],
  ({ incidentKey }) => [
    {
      what: `See that the record is sealed before Temporal forgets it: soar incident show ${incidentKey} says where, or why not`,
      why: 'histories are kept for the retention of the namespace only',
    },
  ],
];

/** Incidents of earlier versions list it among what was not planned. */
const rotation = /\(S109\)$/;

/** The last record of each action that is not where its plan wanted it. */
function unfinished({ actions }: IncidentReport): ReviewTask[] {
  const last = new Map(actions.map((action) => [action.id, action]));
  return [...last.values()]
    .filter((action) => !isInPlace(action) || (!isUndo(action.id) && wasUndone(action.id, actions)))
    .map((action) => ({
      what: `Decide what becomes of: ${action.title}`,
      why: isInPlace(action) ? 'it was undone' : `${action.status}: ${action.detail}`,
    }));
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
