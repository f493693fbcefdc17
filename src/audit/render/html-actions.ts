import { changeLines } from '../../domain/acts/change.ts';
import type { ActInput } from '../../domain/acts/acts.ts';
import { applyEdit } from '../../domain/policy/policy-document.ts';
import type { ActionRecord } from '../../domain/plan/plan.ts';
import { leftOut } from '../../domain/report/left-out.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { wasUndone } from '../../domain/plan/undo-plan.ts';
import type { PlaybookDescriptor } from '../../../workflows/shared/descriptor.ts';
import { beforeAndAfter } from './before-and-after.ts';
import type { EvidenceList } from './evidence-list.ts';
import { changeBlock } from './html-change.ts';
import {
  badge,
  code,
  facts,
  moment,
  nothing,
  section,
  table,
  word,
  type Column,
  type Section,
  type Tone,
} from './html-parts.ts';
import { procedureOf } from './html-procedures.ts';
import { markup, type Html, type Value } from './html-template.ts';
import { isUndo } from '../../domain/acts/action-id.ts';
import { asJson } from '../../domain/json.ts';

/** What was changed, by which approval, from what to what, and what was left. */
export function actionsSection(
  report: IncidentReport,
  evidence: EvidenceList,
  playbook: PlaybookDescriptor | undefined,
): Section {
  const { actions } = report;
  const body = markup`${
    actions.length === 0
      ? nothing('Nothing was changed.')
      : markup`${table(
          'Actions',
          ['Done', 'Phase', { heading: 'Action', wide: true }, 'Status'],
          actions.map((action, index) => [
            moment(action.at),
            word(action.phase),
            markup`<a href="#action-${index + 1}">${action.title}</a>`,
            statusBadge(action, actions),
          ]),
        )}
          ${actions.map((action, index) => actionText(action, index + 1, report, evidence))}`
  }
    ${procedureOf(playbook, 'S98')}
    ${notDone(report)}`;
  return section('actions', 'Actions', body);
}

/** What was left out, what is beyond the playbook, and what plans noted. */
function notDone(report: IncidentReport): Html {
  const { actions, byHand, remarks } = leftOut(report);
  const parts = [
    { id: 'not-done', title: 'Not done', rows: actions, none: 'Nothing that the playbook names was left out.' },
    { id: 'by-hand', title: 'Beyond the playbook', rows: byHand, none: null },
    { id: 'remarks', title: 'Remarks', rows: remarks, none: null },
  ];
  const columns = ['What', 'Why'].map((heading): Column => ({ heading, wide: true }));
  return markup`${parts
    .filter(({ rows, none }) => rows.length > 0 || none !== null)
    .map(
      ({ id, title, rows, none }) =>
        markup`<h3 id="${id}">${title}</h3>
          ${
            rows.length === 0
              ? nothing(none ?? '')
              : table(
                  title,
                  columns,
                  rows.map(({ what, why }) => [what, why]),
                )
          }`,
    )}`;
}

const tones: Record<ActionRecord['status'], Tone> = {
  applied: 'good',
  already: 'good',
  changed: 'warn',
  gone: 'warn',
  failed: 'bad',
  'not-approved': 'warn',
};

const statusBadge = ({ id, status }: ActionRecord, all: ActionRecord[]): Html =>
  !isUndo(id) && wasUndone(id, all) ? badge('warn', `${status}, undone`) : badge(tones[status], status);

function actionText(action: ActionRecord, number: number, report: IncidentReport, evidence: EvidenceList): Html {
  const pairs: [string, Value][] = [
    ['Status', markup`${statusBadge(action, report.actions)} ${moment(action.at)}: ${action.detail}`],
    ['Target', code(action.target)],
    ['Approved by', approval(action, report)],
    [action.reversible ? 'Undo' : 'Irreversible', action.undo],
    ...Object.entries(action.observed ?? {}).map(([name, value]): [string, Value] => [
      `Read back: ${name}`,
      code(value),
    ]),
  ];
  return markup`<article id="action-${number}">
    <h3>${number}. ${action.title} <small>${action.phase}, ${action.id} ${proofOf(action, evidence)}</small></h3>
    ${facts(pairs)} ${change(action.input)}
  </article> `;
}

function approval({ requestId }: ActionRecord, { decisions }: IncidentReport): Html {
  const people = decisions
    .filter(
      (decision) =>
        decision.requestId === requestId && decision.decision === 'approve' && decision.answer.result === 'accepted',
    )
    .map(({ approver }) => approver);
  return people.length === 0
    ? markup`nobody: the policy approves it beforehand, or it was not approved`
    : markup`${people.join(' and ')}, <a href="#decisions">request ${requestId}</a>`;
}

/** A copy is evidence: where it lies, and the hash that proves it. */
function proofOf({ input, observed = {} }: ActionRecord, evidence: EvidenceList): Html {
  if (input.act !== 'copyExport' || observed['sha256'] === undefined) return markup``;
  const { bucket, key } = input.destination;
  const copy = { what: 'copy of the image', where: `s3://${bucket}/${key}`, proof: `SHA-256 ${observed['sha256']}` };
  const custody = observed['custody'];
  return markup`${evidence.cite(copy)}${
    custody === undefined ? '' : evidence.cite({ what: 'custody record of the copy', where: custody })
  }`;
}

/** Before → after as lines; of a bucket policy the whole document, as it stood and as it was to become. */
function change(input: ActInput): Html {
  const { before, after } =
    input.act === 'editBucketPolicy'
      ? { before: input.before, after: applyEdit(input.before, input) }
      : beforeAndAfter(input);
  const lines = changeLines(asJson(before ?? null), asJson(after ?? null));
  return changeBlock(lines);
}

/** Who wanted what undone, why, and what came of it; each undo stands among the actions. Absent where nobody did. */
export const undoSection = ({ undos = [] }: IncidentReport): Section[] =>
  undos.length === 0
    ? []
    : [
        section(
          'undo',
          'Undo',
          table(
            'What people wanted undone',
            ['Asked', 'By', { heading: 'What', wide: true }, { heading: 'Why', wide: true }, 'Outcome'],
            undos.map(({ at, by, actions, reason, outcome }) => [
              moment(at),
              by,
              actions ? actions.join(', ') : 'everything',
              reason,
              outcome,
            ]),
          ),
        ),
      ];
