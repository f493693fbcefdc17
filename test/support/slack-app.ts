import { createHmac } from 'node:crypto';
import Fastify from 'fastify';
import { signingSecret } from './slack.ts';

/** What tests read of an interaction. */
export interface Interaction {
  type: string;
  user: { id: string };
  trigger_id: string;
  response_url?: string;
  container?: object;
  channel?: { id: string };
  message?: { ts: string };
  actions?: { action_id: string; block_id: string; value?: string; selected_options?: { value: string }[] }[];
  state?: { values: Record<string, Record<string, unknown>> };
  view?: { id: string; callback_id: string; private_metadata: string; state: { values: Record<string, never> } };
}

export interface SlackApp {
  url: string;
  received: Interaction[];
  stop(): Promise<void>;
}

/** An app's interactivity endpoint as Slack's documents ask for it; `answer` gives the body, or a status. */
export async function aSlackApp(
  answer: (interaction: Interaction) => Promise<object | number | undefined> | object | number | undefined,
): Promise<SlackApp> {
  const received: Interaction[] = [];
  const app = Fastify({ forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.post('/slack', async (request, reply) => {
    const body = String(request.body);
    const timestamp = String(request.headers['x-slack-request-timestamp']);
    const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    if (request.headers['x-slack-signature'] !== `v0=${digest}`) return reply.status(401).send();
    if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return reply.status(403).send();
    const interaction = JSON.parse(new URLSearchParams(body).get('payload') ?? '') as Interaction;
    received.push(interaction);
    const given = await answer(interaction);
    if (typeof given !== 'number') return reply.send(given ?? '');
    // A redirect leads back here.
    if (given >= 300 && given < 400) return reply.redirect('/slack', given);
    return reply.status(given).send();
  });
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url: `${origin}/slack`, received, stop: () => app.close() };
}
