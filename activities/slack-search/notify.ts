import { ApplicationFailure } from '@temporalio/common';
import { member, text } from '../../src/domain/cloudtrail/fields.ts';
import type { SourceQuestion } from '../../src/domain/findings/sources.ts';
import { refusalCode, slack, slackClient } from '../slack/client.ts';
import { resultsIn } from '../sources/answers.ts';
import { notConnected, sourceFailures } from '../sources/failures.ts';
import { gather, type Search } from '../sources/gather.ts';
import { whole, type Found } from '../sources/mention.ts';
import { actorIn, perSearch, type SourceContext } from '../sources/settings.ts';
import type { SlackSearchNotify } from './contract.ts';

export interface SlackSearchSettings {
  /** Of a user, with the scope search:read: bots cannot search. */
  token: string;
  /** Instead of Slack's own. */
  apiUrl?: string;
}

export function slackSearchNotify(settings: SlackSearchSettings | null, context: SourceContext): SlackSearchNotify {
  if (!settings) return { searchSlack: notConnected('sources.slack') };
  const { token: botToken, ...rest } = settings;
  const client = slackClient({ botToken, ...rest });
  const search = ({ query, foundBy }: SlackQuery, handle: string | null): Search => ({
    query,
    run: async () => {
      const call = () => client.search.messages({ query, count: perSearch, sort: 'timestamp', sort_dir: 'desc' });
      const answer: unknown = await slack('searching messages', call).catch((error: unknown) => {
        throw asSource(error);
      });
      const listed = resultsIn(answer, 'Slack', 'messages', 'matches');
      return {
        answer: member(answer, 'messages'),
        found: listed.map((match) => message(match, handle, foundBy)).filter((found) => found !== null),
        more: Number(member(answer, 'messages', 'total') ?? 0) > listed.length,
      };
    },
  });

  return {
    async searchSlack(question) {
      const actor = await actorIn(context, question.principal, 'slack');
      const handle = actor?.handle ?? null;
      const searches = queriesFor(question, handle).map((query) => search(query, handle));
      return gather('slack', question, { person: actor?.person ?? null, searches, keep: context.keep });
    },
  };
}

interface SlackQuery {
  query: string;
  foundBy: string[];
}

/** `after:` leaves its day out, and reads it in the time zone of the token's user: two days earlier. */
function queriesFor({ names, tickets, words, from }: SourceQuestion, handle: string | null): SlackQuery[] {
  const after = `after:${new Date(Date.parse(from) - 2 * 86_400_000).toISOString().slice(0, 10)}`;
  return [
    ...[...names, ...tickets].map((name) => ({ query: `"${name}" ${after}`, foundBy: [name] })),
    ...(handle === null ? [] : words.map((word) => ({ query: `from:<@${handle}> "${word}" ${after}`, foundBy: [] }))),
  ];
}

/** Its code says what is wrong with the token; the hints of the bot's client are about the bot. */
function asSource(error: unknown): unknown {
  const code = refusalCode(error);
  if (code === undefined) return error;
  const type = aboutToken.has(code) ? sourceFailures.unauthorised : sourceFailures.refused;
  return ApplicationFailure.nonRetryable(
    `searching messages: Slack answers ${code}; sources.slack.token has to be of a user, with the scope search:read`,
    type,
  );
}
const aboutToken = new Set([
  'access_denied',
  'account_inactive',
  'enterprise_is_restricted',
  'invalid_auth',
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'not_authed',
  'token_expired',
  'token_revoked',
]);

function message(match: unknown, handle: string | null, foundBy: string[]): Found | null {
  const url = text(member(match, 'permalink'));
  const seconds = Number(member(match, 'ts'));
  if (url === undefined || !Number.isFinite(seconds)) return null;
  const channel = text(member(match, 'channel', 'name'));
  const user = text(member(match, 'user'));
  return {
    title: channel === undefined ? 'message' : `message in ${channel}`,
    url,
    author: text(member(match, 'username')) ?? user,
    byActor: handle !== null && user === handle,
    time: new Date(seconds * 1000).toISOString(),
    text: whole(member(match, 'text')),
    foundBy,
  };
}
