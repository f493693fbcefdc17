import { activityInfo } from '@temporalio/activity';
import type { WebClient } from '@slack/web-api';
import type { SlackMessage } from '../../src/slack/blocks.ts';
import { heartbeat, lastHeartbeat } from '../aws/activity-context.ts';
import { isThrottled, slack } from './client.ts';
import type { SlackPlace } from './contract.ts';

export interface Destination {
  channel: string;
  /** The message whose thread it belongs to. */
  thread?: string;
  /** A message of a thread that the channel shows, too. */
  broadcast?: boolean;
}

const eventType = 'soar_message';
/** How far Slack's clock and ours may be apart. */
const clocks = 10 * 60;
const mostPages = 20;

/**
 * Posts what an earlier attempt of this activity has not posted yet. Slack knows no idempotency key: the message carries
 * one as metadata, and is looked for when an attempt may have been cut off between posting and telling us.
 */
export async function postOnce(
  client: WebClient,
  to: Destination,
  message: SlackMessage,
  part = '',
  /** The incident whose thread it opens. */
  opens?: string,
): Promise<SlackPlace> {
  const { workflowExecution, activityId, attempt, scheduledTimestampMs } = activityInfo();
  const key = [workflowExecution?.workflowId, workflowExecution?.runId, activityId, part].join('|');
  if (attempt > 1 && lastHeartbeat() !== nothingPosted(attempt - 1, part)) {
    const ts = await find(client, to, { key }, scheduledTimestampMs / 1000 - clocks);
    if (ts !== undefined) return { channel: to.channel, ts };
  }
  const thread =
    to.thread === undefined
      ? {}
      : { thread_ts: to.thread, ...(to.broadcast ? { reply_broadcast: true as const } : {}) };
  try {
    const posted = await slack(`posting to channel ${to.channel}`, () =>
      client.chat.postMessage({
        channel: to.channel,
        ...thread,
        ...message,
        // Nothing in it is fetched: a preview of a link would do just that.
        unfurl_links: false,
        unfurl_media: false,
        metadata: { event_type: eventType, event_payload: { key, ...(opens === undefined ? {} : { opens }) } },
      }),
    );
    return { channel: posted.channel ?? to.channel, ts: posted.ts ?? '' };
  } catch (error) {
    if (isThrottled(error)) heartbeat(nothingPosted(attempt, part));
    throw error;
  }
}

/**
 * Slack took no message of this attempt, and none was there before: the next attempt need not look, which counts against
 * Slack's limits, too. Of that attempt alone: what becomes of a later one, this says nothing of.
 */
const nothingPosted = (attempt: number, part: string): string => `nothing posted by attempt ${attempt}|${part}`;

interface Page {
  messages?: { ts?: string; metadata?: { event_type?: string; event_payload?: unknown } }[];
  response_metadata?: { next_cursor?: string };
}

/** Incidents of a burst open within an hour of its lead; Slack, or a worker, may have been away for as long. */
const burst = 3 * 3600;

/** The message that opened an incident's thread, if this channel has it. */
export const threadOf = (client: WebClient, channel: string, incidentKey: string): Promise<string | undefined> =>
  find(client, { channel }, { opens: incidentKey }, Date.now() / 1000 - burst);

async function find(
  client: WebClient,
  to: Destination,
  wanted: { key: string } | { opens: string },
  since: number,
): Promise<string | undefined> {
  const query = { channel: to.channel, oldest: since.toFixed(6), include_all_metadata: true, limit: 200 };
  const { thread } = to;
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const next = cursor === undefined ? {} : { cursor };
    const read = (): Promise<Page> =>
      thread === undefined
        ? client.conversations.history({ ...query, ...next })
        : client.conversations.replies({ ...query, ...next, ts: thread });
    const { messages, response_metadata } = await slack(`looking for an earlier post in ${to.channel}`, read);
    const found = messages?.find(({ metadata }) => {
      const payload = metadata?.event_payload as Record<string, unknown> | undefined;
      return Object.entries(wanted).every(([name, value]) => payload?.[name] === value);
    });
    if (found?.ts !== undefined) return found.ts;
    cursor = response_metadata?.next_cursor;
    if (cursor === undefined || cursor === '') return undefined;
  }
  return undefined;
}
