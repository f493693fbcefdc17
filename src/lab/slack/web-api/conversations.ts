import { wireMessage, type Message } from '../message.ts';
import { SlackRefusal } from '../refusal.ts';
import type { Arguments } from './arguments.ts';
import type { Method } from './method.ts';

export const conversations = {
  'conversations.open': ({ workspace }, given) => ({ channel: { id: workspace.dm(given.required('users')) } }),

  // Of a public channel it tells outsiders, too, and of an archived one everybody.
  'conversations.info': ({ workspace }, given) => {
    const known = workspace.channels.find(({ id }) => id === given.required('channel'));
    if (!known) throw new SlackRefusal('channel_not_found');
    const { id, name, archived = false, appIn = true } = known;
    return { channel: { id, name, is_channel: true, is_archived: archived, is_member: appIn && !archived } };
  },

  'conversations.history': ({ workspace }, given) => {
    const all = workspace.messages(workspace.readable(given.required('channel')));
    const roots = all.filter((each) => each.threadTs === undefined).reverse();
    const replies = (ts: string) => all.filter(({ threadTs }) => threadTs === ts);
    const metadata = given.flag('include_all_metadata');
    return page(roots, given, (message) => wireMessage(message, { metadata, replies: replies(message.ts) }));
  },

  'conversations.replies': ({ workspace }, given) => {
    const ts = given.required('ts');
    const all = workspace.messages(workspace.readable(given.required('channel')));
    const root = all.find((each) => each.ts === ts);
    if (!root) throw new SlackRefusal('thread_not_found');
    const replies = all.filter(({ threadTs }) => threadTs === ts);
    const metadata = given.flag('include_all_metadata');
    return page([root, ...replies], given, (message) =>
      wireMessage(message, { metadata, ...(message === root && { replies }) }),
    );
  },
} satisfies Record<string, Method>;

function page(messages: Message[], given: Arguments, wire: (message: Message) => object): object {
  const oldest = given.text('oldest') || '0';
  const latest = given.text('latest') || '9';
  const inclusive = given.flag('inclusive');
  const between = messages.filter(
    ({ ts }) => (ts > oldest && ts < latest) || (inclusive && (ts === oldest || ts === latest)),
  );
  const start = Number(given.text('cursor') || '0');
  const end = start + Math.min(given.number('limit', 100), 999);
  const more = end < between.length;
  return {
    messages: between.slice(start, end).map(wire),
    has_more: more,
    ...(more && { response_metadata: { next_cursor: String(end) } }),
  };
}
