import type { Finding } from './evidence.ts';
import { finding, openWords, some, unanswered } from './finding.ts';
import { shortened } from '../approval/request-message.ts';
import {
  sourceNames,
  sources,
  type Mention,
  type Source,
  type SourceAnswer,
  type SourcePolicy,
  type SourceQuestion,
  type SourceReplies,
} from './sources.ts';

const about: Record<Source, { id: string; item: string; what: string }> = {
  github: { id: 'pull-requests', item: 'S74', what: 'pull requests or code' },
  jira: { id: 'tickets', item: 'S75', what: 'tickets' },
  confluence: { id: 'pages', item: 'S75', what: 'pages' },
  slack: { id: 'messages', item: 'S76', what: 'messages' },
};
const asks = (source: Source): string => `Do ${about[source].what} from before the export name what was exported?`;

/**
 * What people wrote about the export (S74–S76), and whether any of it explains the export (S72, S92). A reason, never a
 * proof: whoever may export may write a ticket, too, so none of this lowers severity or settles a verdict.
 */
export function sourceFindings(
  policy: Pick<SourcePolicy, 'connected'> | undefined,
  question: SourceQuestion | null,
  replies: SourceReplies,
): Finding[] {
  const found = sources.map((source) =>
    policy?.connected.includes(source)
      ? answered(source, question, replies[source])
      : unanswered(
          about[source].id,
          [about[source].item],
          asks(source),
          `not configured: ${sourceNames[source]} is not connected as a source of evidence`,
        ),
  );
  const connected = found.filter((_, index) => policy?.connected.includes(sources[index] ?? 'github'));
  return [...found, explanation(connected)];
}

function answered(source: Source, question: SourceQuestion | null, reply: SourceReplies[Source]): Finding {
  const { id, item } = about[source];
  const because = (why: string): Finding => unanswered(id, [item], asks(source), why);
  if (!question) return because('it is not asked about an export that the allow-list covers');
  if (!reply || reply.state === 'asked') return because(`${sourceNames[source]} has not answered yet`);
  return reply.state === 'failed'
    ? because(reply.why)
    : { ...judged(source, question, reply), evidence: reply.evidence ? [reply.evidence] : [] };
}

function judged(source: Source, question: SourceQuestion, answer: SourceAnswer): Finding {
  const { id, item } = about[source];
  const reasons = answer.mentions.filter((mention) => isReason(mention, question));
  const toldOf = (mention: Mention): string => told(mention, question.eventTime);
  if (reasons.length > 0) {
    return finding(id, [item], asks(source), 'yes', `a reason, not a proof: ${some(reasons.map(toldOf))}`);
  }
  const beside = answer.mentions.length === 0 ? '' : `; beside that: ${some(answer.mentions.map(toldOf))}`;
  const why = whyNotExcluded(source, question, answer);
  if (why !== null) return { ...unanswered(id, [item], asks(source), why), detail: `${openWords(why)}${beside}` };
  const searched = [...question.names, ...question.tickets].join(', ');
  return finding(
    id,
    [item],
    asks(source),
    'no',
    `nothing since ${question.from} names ${searched}; ${answer.person ?? 'nobody'} was looked for, too${beside}`,
  );
}

/** Written before the export, and by name: what was written afterwards, or of exports in general, explains nothing. */
export const isReason = ({ time, matched }: Mention, { names, tickets, eventTime }: SourceQuestion): boolean =>
  time !== undefined &&
  Date.parse(time) < Date.parse(eventTime) &&
  matched.some((word) => names.includes(word) || tickets.includes(word));

function whyNotExcluded(
  source: Source,
  { names, tickets }: SourceQuestion,
  { truncated, gaps, person, mentions }: SourceAnswer,
): string | null {
  const [gap] = gaps;
  if (gap) return `${gap.what}: ${gap.why}`;
  if (truncated) return `${sourceNames[source]} found more than was read`;
  const unseen = mentions.find((mention) => mention.unseen);
  if (unseen) return `${sourceNames[source]} found ${unseen.url} by a name that stands in a part that it did not show`;
  if (names.length + tickets.length === 0) return 'the alert gives no name to search for';
  return person === null ? `identityMap does not say who the actor is in ${sourceNames[source]}` : null;
}

const told = ({ title, url, author, byActor, time, changed, states, matched }: Mention, eventTime: string): string =>
  [
    `"${title}"${states.length === 0 ? '' : ` (${states.join(', ')})`}`,
    ...(byActor ? ['by the actor'] : author === undefined ? [] : [`by ${author}`]),
    time === undefined ? 'at an unknown time' : `of ${time}`,
    ...(changed !== undefined && Date.parse(changed) > Date.parse(eventTime) ? [`changed since, ${changed},`] : []),
    ...(matched.length === 0 ? [] : [`with ${matched.join(', ')}`]),
    url,
  ].join(' ');

function explanation(connected: Finding[]): Finding {
  const id = 'explanation';
  const items = ['S72', 'S92'];
  const question = 'Is there a ticket, pull request, page or message that explains the export?';
  if (connected.length === 0) return unanswered(id, items, question, 'not configured: no source is connected');
  const evidence = connected.flatMap((source) => source.evidence);
  const reasons = connected.filter(({ answer }) => answer === 'yes');
  if (reasons.length > 0) {
    const detail = `a reason, not a proof, see ${reasons.map((reason) => reason.id).join(', ')}`;
    return { ...finding(id, items, question, 'yes', detail), evidence };
  }
  const open = connected.find(({ answer }) => answer === 'unknown');
  return open
    ? { ...unanswered(id, items, question, `${open.id}: ${open.whyUnknown ?? open.detail}`), evidence }
    : { ...finding(id, items, question, 'no', 'none in the sources that are connected'), evidence };
}

/** What a source that answers late adds, in a line for people who are deciding. */
export function lateAnswer(source: Source, findings: Finding[]): string {
  const found = findings
    .filter(({ id }) => id === about[source].id)
    .map(({ answer, detail }) => `${answer}, ${detail}`);
  return shortened(`${sourceNames[source]} answered after investigation: ${found.join()}`, 400);
}

/** A ticket from before the export that names it and was declined: somebody asked, and was told no (S60). */
export function declinedTicket(
  policy: Pick<SourcePolicy, 'declined'>,
  question: SourceQuestion,
  { jira }: SourceReplies,
): Mention | null {
  if (jira?.state !== 'answered') return null;
  const words = policy.declined.map((word) => word.toLowerCase());
  return (
    jira.mentions.find(
      (mention) => isReason(mention, question) && mention.states.some((state) => words.includes(state.toLowerCase())),
    ) ?? null
  );
}
