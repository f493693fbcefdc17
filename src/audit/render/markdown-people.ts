import type { IncidentReport } from '../../domain/report/report.ts';
import { table, text } from './markdown-parts.ts';
import { channelWords, verifiedBy as howVerified } from './words.ts';

/** Who was asked about which plan, when they were told again, and how it ended. */
export const asked = ({ requests = [] }: IncidentReport): string =>
  requests.length === 0
    ? ''
    : table(
        ['Request', 'Asked (UTC)', 'Of', 'Told again (UTC)', 'Outcome', 'Digest'],
        requests.map(({ requestId, askedAt, askedOf, told, outcome, settledAt, by, replacedBy, digest }) => [
          text(requestId),
          text(askedAt),
          askedOf
            .map(({ at, group, people, by: from }) =>
              text(
                `${group} (${people.join(', ') || 'nobody'}) ${at}${from === undefined ? '' : `, handed over by ${from}`}`,
              ),
            )
            .join('<br>'),
          told.map(({ at, what }) => text(`${what} ${at}`)).join('<br>'),
          [
            text(outcome),
            ...(by.length === 0 ? [] : [`by ${by.map((person) => text(person)).join(' and ')}`]),
            ...(replacedBy === undefined ? [] : [`by ${text(replacedBy)}`]),
            ...(settledAt === undefined ? [] : [`on ${text(settledAt)}`]),
          ].join(' '),
          text(digest),
        ]),
      );

export const decisions = ({ decisions: all }: IncidentReport): string =>
  all.length === 0
    ? ''
    : table(
        ['Time (UTC)', 'Who', 'Decision', 'Verified', 'Outcome', 'Reason', 'Digest'],
        all.map(({ at, approver, decision, actions, to, channel, verifiedBy, answer, reason, digest }) => [
          text(at),
          text(approver),
          text(decision) +
            (actions ? ` of ${actions.map((id) => text(id)).join(', ')}` : '') +
            (to === undefined ? '' : ` to ${text(to)}`),
          `${text(channelWords(channel))}, ${howVerified[verifiedBy] ?? text(verifiedBy)}`,
          answer.result === 'accepted' ? `accepted: ${text(answer.detail)}` : `refused: ${text(answer.reason)}`,
          reason === undefined ? '' : text(reason),
          text(digest),
        ]),
      );

/** What the actor used and what was on the machine (S109), each until somebody says that it is done. */
export const credentials = ({ credentials: all = [] }: IncidentReport): string =>
  all.length === 0
    ? ''
    : table(
        ['Credential', 'Status', 'Why', 'Said by', 'At (UTC)', 'Note'],
        all.map(({ id, what, why, status, by, at, note }) => [
          `${text(what)} (${text(id)})`,
          `**${text(status)}**`,
          text(why),
          ...[by, at, note].map(optional),
        ]),
      );

/** Who beyond the approvers was told, and who still has to be. */
export const notices = ({ notices: all = [], closedAt }: IncidentReport): string =>
  all.length === 0
    ? ''
    : table(
        ['Who', 'Status', 'Told (UTC)', 'By', 'Due by (UTC)', 'Note'],
        all.map(({ id, who, status, at, by, dueBy, why, note, instructions }) => {
          const late = status !== 'told' && dueBy !== undefined && closedAt !== null && closedAt >= dueBy;
          return [
            `${text(who)} (${text(id)})`,
            `**${text(status)}**${late ? ', **overdue**' : ''}`,
            ...[at, by, dueBy].map(optional),
            [why, note, status === 'told' ? undefined : instructions]
              .filter((said) => said !== undefined)
              .map((said) => text(said))
              .join('<br>'),
          ];
        }),
      );

const optional = (value: string | undefined): string => (value === undefined ? '' : text(value));
