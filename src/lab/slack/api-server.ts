import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SlackFaults } from './faults.ts';
import { jsonOf } from './json-of.ts';
import type { ResponseUrls } from './response-urls.ts';
import { answerResponseUrl } from './response-url.ts';
import { SlackRefusal } from './refusal.ts';
import { Arguments } from './web-api/arguments.ts';
import type { Backend } from './web-api/method.ts';
import { methods, wantsAppToken } from './web-api/methods.ts';

export interface ApiParts extends Backend {
  faults: SlackFaults;
  responseUrls: ResponseUrls;
  botToken: string;
  appToken: string | undefined;
}

/** The Web API, response URLs and WebSockets under one origin, which can go away and come back. */
export interface ApiServer {
  readonly port: number;
  /** From now on connections are refused. */
  disappear(): Promise<void>;
  reappear(): Promise<void>;
}

const host = '127.0.0.1';

export async function startApiServer(parts: ApiParts, wantedPort: number): Promise<ApiServer> {
  const app = Fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (_request, reply) => {
    await sleep(parts.faults.slowMs);
    if (parts.faults.unavailable) await reply.status(503).send('Slack is unavailable');
  });
  app.post<{ Params: { method: string } }>('/api/:method', (request, reply) => callMethod(parts, request, reply));
  app.post('/actions/*', (request, reply) => {
    try {
      answerResponseUrl(parts, request.url, jsonOf(textOf(request)));
      return reply.type('text/plain').send('ok');
    } catch (error) {
      return reply.status(404).send(refused(error));
    }
  });
  await app.ready();

  let server: Server | undefined;
  let port = wantedPort;
  const listen = async () => {
    const started = createServer((request, response) => app.routing(request, response));
    started.on('upgrade', (request, socket) => parts.socketMode.accept(request, socket));
    await new Promise<void>((resolve, reject) => {
      started.once('error', reject);
      started.listen(port, host, resolve);
    });
    ({ port } = started.address() as AddressInfo);
    server = started;
  };
  await listen();

  return {
    get port() {
      return port;
    },
    disappear: async () => {
      const closing = server;
      server = undefined;
      parts.socketMode.drop();
      closing?.closeAllConnections();
      await new Promise<void>((resolve) => (closing ? closing.close(() => resolve()) : resolve()));
    },
    reappear: async () => {
      if (!server) await listen();
    },
  };
}

async function callMethod(
  parts: ApiParts,
  request: FastifyRequest<{ Params: { method: string } }>,
  reply: FastifyReply,
): Promise<unknown> {
  const { method } = request.params;
  const { faults } = parts;
  const given = new Arguments(request.headers['content-type'] ?? '', textOf(request));
  const wait = faults.retryAfter(method, given.text('channel'));
  if (wait !== undefined)
    return reply.status(429).header('retry-after', wait).send({ ok: false, error: 'ratelimited' });

  try {
    checkToken(parts, method, request.headers.authorization ?? `Bearer ${given.text('token')}`);
    const fault = faults.take(method);
    if (fault?.error !== undefined) throw new SlackRefusal(fault.error);
    const call = methods.get(method);
    if (!call) throw new SlackRefusal('unknown_method');
    const answer = call(parts, given);
    if (!fault?.lost) return { ok: true, ...answer };
    request.raw.socket.destroy();
    return undefined;
  } catch (error) {
    return refused(error);
  }
}

function checkToken({ botToken, appToken }: ApiParts, method: string, authorization: string): void {
  const token = authorization.replace(/^Bearer ?/, '');
  if (token === '') throw new SlackRefusal('not_authed');
  if (token !== botToken && token !== appToken) throw new SlackRefusal('invalid_auth');
  const wanted = wantsAppToken(method) ? appToken : botToken;
  if (token !== wanted) throw new SlackRefusal('not_allowed_token_type');
}

function refused(error: unknown): object {
  if (error instanceof SlackRefusal) return { ok: false, error: error.message, ...error.details };
  throw error;
}

const textOf = ({ body }: FastifyRequest): string => (typeof body === 'string' ? body : '');
