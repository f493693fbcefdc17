import type { Client } from '@temporalio/client';
import { LogLevel, WebClient } from '@slack/web-api';
import type { FastifyInstance } from 'fastify';
import { incidentQuery } from '../../workflows/messages.ts';
import { incidentsIn } from '../approvals/incidents.ts';
import { signingKey } from '../approvals/signing-key.ts';
import { authorisationRules } from '../config/approver-directory.ts';
import type { SoarConfig } from '../config/load-config.ts';
import { interactionHandler } from './interactions.ts';
import { mrkdwn } from './mrkdwn.ts';
import { slackRoutes } from './routes.ts';
import { startSocketMode } from './socket-mode.ts';

/**
 * What people press in Slack comes in here: over HTTP, through Socket Mode, or both. Nothing, where no Slack is configured.
 * Returns what opens Socket Mode: it takes clicks at once, and keeps the process alive.
 */
export function slackDoor(
  config: SoarConfig,
  server: FastifyInstance,
  client: Client,
  log: (line: string) => void,
): () => { stop: () => Promise<void> } {
  const { slack, gateway, approvals } = config;
  if (!slack) return nothingToOpen;
  const { apiUrl } = slack;
  const web = new WebClient(slack.botToken.read(), {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    // People wait for three seconds: what fails is told to them, not tried again.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 3000,
    logLevel: LogLevel.ERROR,
    allowAbsoluteUrls: false,
  });
  const handle = interactionHandler({
    incidents: incidentsIn(client),
    keyId: gateway.keyId,
    signingKey: signingKey(config),
    now: () => new Date(),
    approvers: new Map(approvals.approvers.flatMap(({ id, slack: member }) => (member ? [[member, id]] : []))),
    people: authorisationRules(config).directory,
    view: (workflowId) =>
      client.withDeadline(Date.now() + 3000, () => client.workflow.getHandle(workflowId).query(incidentQuery)),
    openModal: (trigger_id, view) => web.views.open({ trigger_id, view }),
    whisper: ({ channel, thread, member }, text) =>
      web.chat.postEphemeral({
        channel,
        user: member,
        text: mrkdwn(text),
        ...(thread === undefined ? {} : { thread_ts: thread }),
      }),
    log,
  });

  if (slack.signingSecret) slackRoutes(server, { signingSecret: slack.signingSecret.read(), handle });
  const appToken = slack.appToken?.read();
  if (appToken === undefined) return nothingToOpen;
  return () => startSocketMode({ appToken, ...(apiUrl === undefined ? {} : { apiUrl }), handle, log });
}

const nothingToOpen = () => ({ stop: () => Promise.resolve() });
