import { APP, TEAM } from './options.ts';
import type { Block } from './block-kit/blocks.ts';

export interface Metadata {
  event_type: string;
  event_payload: object;
}

/** What an app gives to be shown. */
export interface Content {
  text: string;
  blocks?: Block[];
  metadata?: Metadata;
}

export interface Message extends Content {
  channel: string;
  ts: string;
  /** The message that it answers. */
  threadTs?: string;
  /** When it was last changed. */
  edited?: string;
  /** The only member who sees it. */
  onlyFor?: string;
}

/** A message as the Web API and interactions show it. */
export function wireMessage(message: Message, more: { metadata?: boolean; replies?: Message[] } = {}): object {
  const replies = more.replies ?? [];
  return {
    type: 'message',
    user: APP.userId,
    bot_id: APP.botId,
    app_id: APP.id,
    team: TEAM.id,
    ts: message.ts,
    text: message.text,
    ...(message.blocks && { blocks: message.blocks }),
    ...(message.threadTs && { thread_ts: message.threadTs, parent_user_id: APP.userId }),
    ...(replies.length > 0 && { thread_ts: message.ts, reply_count: replies.length, latest_reply: replies.at(-1)?.ts }),
    ...(message.edited && { edited: { user: APP.userId, ts: message.edited } }),
    ...(more.metadata && message.metadata && { metadata: message.metadata }),
  };
}
