import { wireMessage, type Message } from '../message.ts';
import { SlackRefusal } from '../refusal.ts';
import type { Workspace } from '../workspace.ts';
import type { Arguments } from './arguments.ts';
import { contentOf } from './content.ts';
import type { Method } from './method.ts';

export const chat = {
  'chat.postMessage': ({ workspace }, given) => {
    const channel = workspace.writable(given.required('channel'));
    const message = workspace.post(channel, contentOf(given), threadOf(workspace, channel, given));
    return { channel, ts: message.ts, message: wireMessage(message, { metadata: true }) };
  },

  'chat.postEphemeral': ({ workspace }, given) => {
    const channel = workspace.writable(given.required('channel'));
    const { id: onlyFor } = workspace.member(given.required('user'));
    const message = workspace.post(channel, contentOf(given), { ...threadOf(workspace, channel, given), onlyFor });
    return { message_ts: message.ts };
  },

  'chat.update': ({ workspace }, given) => {
    const channel = workspace.writable(given.required('channel'));
    const message = posted(workspace, channel, given.required('ts'));
    workspace.update(message, contentOf(given));
    return { channel, ts: message.ts, text: message.text, message: wireMessage(message) };
  },

  'chat.delete': ({ workspace }, given) => {
    const channel = workspace.writable(given.required('channel'));
    const message = posted(workspace, channel, given.required('ts'));
    workspace.remove(message);
    return { channel, ts: message.ts };
  },
} satisfies Record<string, Method>;

/** An ephemeral message cannot be found by its timestamp. */
function posted(workspace: Workspace, channel: string, ts: string): Message {
  const message = workspace.find({ channel, ts });
  if (!message || message.onlyFor !== undefined) throw new SlackRefusal('message_not_found');
  return message;
}

/** A reply goes to the first message of a thread: Slack hides an answer to an answer, here it is refused. */
function threadOf(workspace: Workspace, channel: string, given: Arguments): { threadTs?: string } {
  const ts = given.text('thread_ts');
  if (ts === '') return {};
  const parent = workspace.find({ channel, ts });
  if (!parent) throw new SlackRefusal('thread_not_found');
  if (parent.threadTs !== undefined) throw new SlackRefusal('cannot_reply_to_message');
  return { threadTs: ts };
}
