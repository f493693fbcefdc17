import { activityInfo } from '@temporalio/activity';
import type { WebClient } from '@slack/web-api';
import { ApplicationFailure } from '@temporalio/common';
import { decisionCode, type Approver, type ApproverDirectory } from '../../src/domain/approval/approval.ts';
import { incidentKey } from '../../src/domain/names.ts';
import { workflowLink } from '../../src/domain/links.ts';
import { arnMatches, policyArn } from '../../src/domain/alert/principal.ts';
import { renderNotice } from '../../src/slack/render-notice.ts';
import { renderRequest } from '../../src/slack/render-request.ts';
import { renderSettled } from '../../src/slack/render-settled.ts';
import { renderCodes, renderHead, renderUpdate } from '../../src/slack/render-update.ts';
import { refusalCode, slack, slackClient, slackFailures, type SlackConnection } from './client.ts';
import type { Recipients, SlackNotify } from './contract.ts';
import { postOnce, threadOf } from './post-once.ts';

export interface SlackSettings extends SlackConnection {
  /** Who people are in Slack, as the configuration stands now. */
  readDirectory: () => Promise<Pick<ApproverDirectory, 'approvers'>>;
  codeSecret: string;
  /** Where Temporal UI shows workflows of our namespace. */
  temporal: { uiUrl: string; namespace: string } | null;
}

/** Null: this worker has no Slack; an incident that was opened when there was one says so. */
export function slackNotify(settings: SlackSettings | null): SlackNotify {
  if (!settings) {
    const refuse = () =>
      Promise.reject(
        ApplicationFailure.create({
          type: slackFailures.refused,
          message: 'the configuration of the notify worker has no section slack',
          nonRetryable: true,
        }),
      );
    return {
      openSlackThread: refuse,
      postSlackRequest: refuse,
      rewriteSlackRequest: refuse,
      postSlackUpdate: refuse,
      postSlackNotice: refuse,
      sendSlackCodes: refuse,
    };
  }
  return slackActivities(slackClient(settings), settings);
}

function slackActivities(client: WebClient, settings: SlackSettings): SlackNotify {
  const link = (workflowId: string): string | undefined =>
    settings.temporal ? workflowLink(settings.temporal.uiUrl, settings.temporal.namespace, workflowId) : undefined;
  const links = (workflowId: string) => {
    const temporal = link(workflowId);
    return temporal === undefined ? {} : { temporal };
  };
  const membersAmong = async ({ people, actor }: Recipients): Promise<(Approver & { slack: string })[]> => {
    const { approvers } = await settings.readDirectory();
    const actorArns = [actor.arn, policyArn(actor)].filter((arn) => arn !== undefined);
    return approvers.filter(
      (person): person is Approver & { slack: string } =>
        person.slack !== undefined &&
        people.includes(person.id) &&
        // Who is under investigation is told nothing by us.
        !person.principals.some((pattern) => actorArns.some((arn) => arnMatches(arn, pattern))),
    );
  };

  return {
    async openSlackThread({ channel, head, lead }) {
      const message = renderHead(head, link(head.workflowId));
      const led =
        lead === undefined || lead === head.incidentKey ? undefined : await threadOfLead(client, channel, lead);
      if (led === undefined) return postOnce(client, { channel }, message, '', head.incidentKey);
      await postOnce(client, { channel, thread: led }, message);
      return { channel, ts: led };
    },

    postSlackRequest: ({ thread, message }) =>
      postOnce(
        client,
        { channel: thread.channel, thread: thread.ts, broadcast: true },
        renderRequest(message, links(message.workflowId)),
      ),

    async rewriteSlackRequest({ posted, message, outcome }) {
      const rewritten =
        outcome === null ? renderRequest(message, links(message.workflowId)) : renderSettled(message, outcome);
      await slack(`rewriting the request in channel ${posted.channel}`, () =>
        client.chat.update({ ...posted, ...rewritten }),
      );
    },

    async postSlackUpdate({ thread, text, to }) {
      const mentioned = to ? await membersAmong(to) : [];
      const members = mentioned.map((person) => person.slack);
      // A burst of incidents is told in one thread: each line says which of them it is about.
      const { workflowExecution } = activityInfo();
      const told = workflowExecution ? `${incidentKey(workflowExecution.workflowId)} ${text}` : text;
      return postOnce(client, { channel: thread.channel, thread: thread.ts }, renderUpdate(told, members));
    },

    postSlackNotice: ({ channel, message }) =>
      postOnce(client, { channel }, renderNotice(message, link(message.workflowId))),

    async sendSlackCodes({ incidentKey, requestId, digest, phase, to }) {
      const sent: string[] = [];
      const notSent: { person: string; why: string }[] = [];
      const signal = (approver: string, decision: 'approve' | 'reject'): string => {
        const code = decisionCode(settings.codeSecret, requestId, digest, approver, decision);
        return JSON.stringify({ requestId, digest, decision, approver, proof: { kind: 'code', code } });
      };
      for (const person of await membersAmong(to)) {
        const signals = { approve: signal(person.id, 'approve'), reject: signal(person.id, 'reject') };
        try {
          const opened = await slack(`a direct message to ${person.id}`, () =>
            client.conversations.open({ users: person.slack }),
          );
          const channel = opened.channel?.id ?? person.slack;
          await postOnce(client, { channel }, renderCodes({ incidentKey, requestId, phase, signals }), person.id);
          sent.push(person.id);
        } catch (error) {
          const code = refusalCode(error);
          // One who cannot be reached must not keep the others from theirs.
          if (code === undefined || !personal.has(code)) throw error;
          notSent.push({ person: person.id, why: code });
        }
      }
      return { sent, notSent };
    },
  };
}

/** The lead opens its thread at about the same time: worth a few attempts; then the incident gets one of its own. */
async function threadOfLead(client: WebClient, channel: string, lead: string): Promise<string | undefined> {
  const found = await threadOf(client, channel, lead);
  if (found === undefined && activityInfo().attempt <= 3) {
    throw ApplicationFailure.create({
      type: slackFailures.notYet,
      message: `${lead}, which leads this burst, has no thread in ${channel} yet`,
      nextRetryDelay: '1s',
    });
  }
  return found;
}

/** Refusals that are about one person, not about us. */
const personal = new Set([
  'cannot_dm_bot',
  'channel_not_found',
  'messages_tab_disabled',
  'user_disabled',
  'user_not_found',
  'user_not_visible',
  'users_not_found',
]);
