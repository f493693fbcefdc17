import type { DecisionRecord, RequestRecord } from '../../domain/approval/approval.ts';
import { groupText } from '../../domain/approval/asked-words.ts';
import type { CredentialRecord } from '../../domain/watch/credentials.ts';
import type { NoticeRecord } from '../../domain/notices/notices.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import type { EvidenceList } from './evidence-list.ts';
import { badge, code, moment, nothing, section, table, type Section, type Tone } from './html-parts.ts';
import { markup, type Html } from './html-template.ts';
import { channelWords, verifiedBy as howVerified } from './words.ts';

/** Who decided what, how each person was known, and why others did not count. */
export function decisionsSection({ decisions }: IncidentReport, evidence: EvidenceList): Section {
  const body =
    decisions.length === 0
      ? nothing('Nobody decided anything.')
      : table(
          'Decisions',
          [
            'Time',
            'Who',
            { heading: 'Decision', wide: true },
            'Verified',
            { heading: 'Outcome', wide: true },
            'Evidence',
          ],
          decisions.map((decision) => [
            moment(decision.at),
            decision.approver,
            decisionText(decision),
            `${channelWords(decision.channel)}, ${howVerified[decision.verifiedBy] ?? decision.verifiedBy}`,
            outcome(decision),
            proofOf(decision, evidence),
          ]),
        );
  return section('decisions', 'Decisions', body);
}

const decisionText = ({ decision, to, reason, requestId }: DecisionRecord): Html =>
  markup`<b>${decision}</b>${to === undefined ? '' : ` to ${to}`} <small>${requestId}</small>${
    reason === undefined ? '' : markup`<p>“${reason}”</p>`
  }`;

const outcome = ({ answer }: DecisionRecord): Html =>
  answer.result === 'accepted'
    ? markup`${badge('good', 'accepted')} ${answer.detail}`
    : markup`${badge('warn', 'refused')} ${answer.reason}`;

function proofOf({ signature, approver, requestId, digest }: DecisionRecord, evidence: EvidenceList): Html {
  const what = `decision of ${approver} on ${requestId}`;
  const where = `digest ${digest}`;
  return signature
    ? evidence.cite({ what, where, proof: `Ed25519 by key ${signature.keyId}: ${signature.signature}` })
    : evidence.cite({ what, where });
}

/** Who was asked and told, when, and who still has to be. */
export function toldSection({ requests = [], notices = [], closedAt }: IncidentReport): Section {
  const body = markup`<h3 id="asked">Asked</h3>
    ${requests.length === 0 ? nothing('Nobody was asked for anything.') : asked(requests)}
    <h3 id="notices">Others</h3>
    ${notices.length === 0 ? nothing('The policy names nobody else to tell.') : others(notices, closedAt)}`;
  return section('told', 'Who was told', body);
}

const asked = (requests: RequestRecord[]): Html =>
  table(
    'Requests',
    ['Asked', { heading: 'Of', wide: true }, 'Told again', 'Outcome', { heading: 'Request', wide: true }],
    requests.map(({ requestId, askedAt, askedOf, told, outcome, settledAt, by, replacedBy, digest }) => [
      moment(askedAt),
      askedOf.map(
        ({ at, group, people, by: from }) =>
          markup`<p>
            ${groupText({ group, people })}
            ${moment(at)}${from === undefined ? '' : `, handed over by ${from}`}
          </p>`,
      ),
      told.length === 0 ? '–' : told.map(({ at, what }) => markup`<p>${what} ${moment(at)}</p>`),
      markup`${badge(outcome === 'approved' ? 'good' : 'plain', outcome)}${
        by.length === 0 ? '' : ` by ${by.join(' and ')}`
      }${replacedBy === undefined ? '' : ` by ${replacedBy}`}${
        settledAt === undefined ? '' : markup` ${moment(settledAt)}`
      }`,
      markup`${requestId} <small>digest ${code(digest)}</small>`,
    ]),
  );

const noticeTones: Record<NoticeRecord['status'], Tone> = { told: 'good', due: 'warn', failed: 'bad' };

const others = (notices: NoticeRecord[], closedAt: string | null): Html =>
  table(
    'Others who were told',
    ['Who', 'Status', 'Told', 'By', 'Due by', { heading: 'Note', wide: true }],
    notices.map(({ id, who, status, at, by, dueBy, why, note, instructions }) => {
      const late = status !== 'told' && dueBy !== undefined && closedAt !== null && closedAt >= dueBy;
      return [
        markup`${who} <small>${id}</small>`,
        markup`${badge(noticeTones[status], status)}${late ? markup` ${badge('bad', 'overdue')}` : ''}`,
        at === undefined ? '–' : moment(at),
        by ?? '–',
        dueBy === undefined ? 'no clock' : moment(dueBy),
        [why, note, status === 'told' ? undefined : instructions].map((said) =>
          said === undefined ? '' : markup`<p>${said}</p>`,
        ),
      ];
    }),
  );

const credentialTones: Record<CredentialRecord['status'], Tone> = {
  open: 'warn',
  rotated: 'good',
  'not-needed': 'plain',
};

/** What the actor used and what was on the machine (S109), each until somebody says that it is done. */
export const credentialsSection = ({ credentials = [] }: IncidentReport): Section =>
  section(
    'credentials',
    'Credentials to rotate',
    credentials.length === 0
      ? nothing('None is known to be affected.')
      : table(
          'Credentials to rotate',
          [
            { heading: 'Credential', wide: true },
            'Status',
            { heading: 'Why', wide: true },
            'Said by',
            'At',
            { heading: 'Note', wide: true },
          ],
          credentials.map(({ id, what, why, status, by, at, note }) => [
            markup`${what} <small>${id}</small>`,
            badge(credentialTones[status], status),
            why,
            by ?? '–',
            at === undefined ? '–' : moment(at),
            note ?? '–',
          ]),
        ),
  );
