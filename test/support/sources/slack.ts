import { holdsAny, phrasesIn, startSource, type Answer, type Asked, type SourceDouble } from './server.ts';

export interface Message {
  user: string;
  username: string;
  channel: string;
  text: string;
  /** Seconds since 1970, as Slack writes them. */
  ts: string;
}
export interface SlackSearchDouble extends SourceDouble {
  messages: Message[];
}

/** `search.messages` of Slack's Web API, which is for tokens of users: bots are refused. */
export async function startSlackSearch(token: string): Promise<SlackSearchDouble> {
  const double = await startSource((asked) => answerTo(asked));
  const held = { messages: [] as Message[] };

  function answerTo({ path, headers, body }: Asked): Answer {
    if (path !== '/search.messages') return { status: 200, body: { ok: false, error: 'unknown_method' } };
    const given = String(headers.authorization ?? '').replace(/^Bearer /, '');
    if (given.startsWith('xoxb-')) return { status: 200, body: { ok: false, error: 'not_allowed_token_type' } };
    if (given !== token) return { status: 200, body: { ok: false, error: 'invalid_auth' } };
    const form = new URLSearchParams(body);
    return found(form.get('query') ?? '', Number(form.get('count') ?? 20));
  }
  const found = (query: string, count: number): Answer => {
    const [, user] = /from:<@(\w+)>/.exec(query) ?? [];
    const matches = held.messages
      .filter((message) => user === undefined || message.user === user)
      .filter(({ text }) => holdsAny(text, phrasesIn(query)))
      .map(wireMessage);
    const paging = { count, total: matches.length, page: 1, pages: Math.ceil(matches.length / count) };
    const messages = { total: matches.length, matches: matches.slice(0, count), paging };
    return { status: 200, body: { ok: true, query, messages } };
  };
  return Object.assign(double, held);
}

const wireMessage = ({ user, username, channel, text, ts }: Message): unknown => ({
  iid: '7f2b0a0c-0000-4000-8000-000000000001',
  team: 'T0ACME0001',
  type: 'message',
  channel: { id: 'C0PLATFORM', name: channel, is_channel: true, is_private: false, is_mpim: false },
  user,
  username,
  ts,
  text,
  permalink: `https://acme.slack.com/archives/C0PLATFORM/p${ts.replace('.', '')}`,
  no_reactions: true,
});
