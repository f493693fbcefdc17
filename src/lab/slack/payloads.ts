import type { Block } from './block-kit/blocks.ts';
import { wireMessage, type Message } from './message.ts';
import { APP, TEAM, type Member } from './options.ts';
import type { Values } from './values.ts';
import { wireView, type View } from './view.ts';

export interface Payload {
  type: 'block_actions' | 'view_submission' | 'view_closed';
  [member: string]: unknown;
}

/** What somebody operates: a message or a modal. */
export type Surface = { id: string; blocks: Block[] } & ({ message: Message } | { view: View });

const frame = (member: Member) => ({
  team: { id: TEAM.id, domain: TEAM.domain },
  enterprise: null,
  is_enterprise_install: false,
  user: { id: member.id, username: member.name, name: member.name, team_id: TEAM.id },
  api_app_id: APP.id,
  // The verification token of old: still sent by Slack, no proof of anything.
  token: 'deprecated',
});

export function blockActions(from: {
  surface: Surface;
  member: Member;
  action: object;
  values: Values;
  triggerId: string;
  channelName: string;
  responseUrl: string | undefined;
}): Payload {
  const { surface, member, action, values, triggerId, channelName, responseUrl } = from;
  const common = { ...frame(member), trigger_id: triggerId, actions: [action] };
  if ('view' in surface) {
    const container = { type: 'view', view_id: surface.view.id };
    return { type: 'block_actions', ...common, container, view: wireView(surface.view, values) };
  }
  const { channel, ts, threadTs, onlyFor } = surface.message;
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  return {
    type: 'block_actions',
    ...common,
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: onlyFor !== undefined, ...thread },
    channel: { id: channel, name: channelName },
    // An ephemeral message is not kept anywhere, so Slack cannot show it.
    ...(onlyFor === undefined && { message: wireMessage(surface.message) }),
    state: { values },
    response_url: responseUrl,
  };
}

export function viewSubmission(from: { view: View; member: Member; values: Values; triggerId: string }): Payload {
  const { view, member, values, triggerId } = from;
  return {
    type: 'view_submission',
    ...frame(member),
    trigger_id: triggerId,
    view: wireView(view, values),
    response_urls: [],
  };
}

export const viewClosed = (view: View, member: Member): Payload => ({
  type: 'view_closed',
  ...frame(member),
  view: wireView(view),
  is_cleared: view.clear_on_close ?? false,
});
