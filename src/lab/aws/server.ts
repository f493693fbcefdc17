import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer } from './answer.ts';
import { addControlRoutes } from './control-routes.ts';
import { failedReply, throttledReply, type FaultRule } from './faults.ts';
import type { UserIdentity } from './identities.ts';
import { LabState, type ProxyOptions } from './lab-state.ts';
import type { LabReply } from './reply.ts';
import { readRequest } from './request.ts';
import type { LabRequest } from './lab-request.ts';

export interface Proxy {
  endpoint: string;
  close(): Promise<void>;
}

/** A multipart part can be large; nothing here streams. */
const MAX_BODY = 1024 ** 3;

export async function startProxy(upstream: URL, options: ProxyOptions, port = 0): Promise<Proxy> {
  const lab = new LabState(upstream, options);
  const app = Fastify({ bodyLimit: MAX_BODY, exposeHeadRoutes: false, forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  addControlRoutes(app, lab);
  app.all('/*', (incoming, outgoing) => serve(lab, incoming, outgoing));
  const endpoint = await app.listen({ host: '127.0.0.1', port });

  return {
    endpoint,
    close: async () => {
      lab.close();
      await app.close();
    },
  };
}

async function serve(lab: LabState, incoming: FastifyRequest, outgoing: FastifyReply): Promise<void> {
  outgoing.hijack();
  const disconnected = new AbortController();
  outgoing.raw.on('close', () => disconnected.abort());
  try {
    const request = readRequest(incoming);
    const reply = await handle(lab, request, disconnected.signal);
    if (reply === 'reset') incoming.raw.socket.resetAndDestroy();
    else send(request, reply, outgoing);
  } catch (cause) {
    // A fault of the lab itself: clients see a broken connection, the reason goes to whoever runs the lab.
    console.error('aws lab:', incoming.method, incoming.url, cause);
    incoming.raw.socket.destroy();
  }
}

async function handle(lab: LabState, request: LabRequest, disconnected: AbortSignal): Promise<LabReply | 'reset'> {
  const caller = lab.identities.of(request.accessKeyId);
  if (caller.type === 'Root') lab.admin.addAccount(request.accessKeyId);
  if (!(await lab.barriers.pass('before', request, caller, disconnected))) return 'reset';

  const fault = lab.faults.take(request, caller);
  if (fault?.kind === 'reset') return 'reset';
  const started = performance.now();
  const reply = (await faultReply(request, fault)) ?? (await answerAsSeen(lab, request, caller));
  await note(lab, request, reply, performance.now() - started);

  await lab.barriers.pass('after', request, caller, disconnected);
  return fault?.kind === 'resetAfter' ? 'reset' : reply;
}

async function answerAsSeen(lab: LabState, request: LabRequest, caller: UserIdentity): Promise<LabReply> {
  const old = lab.staleReads.answerTo(request, caller);
  if (old) return old;
  const reply = await answer(lab, request);
  lab.staleReads.remember(request, caller, reply);
  return reply;
}

async function faultReply(request: LabRequest, fault: FaultRule | undefined): Promise<LabReply | undefined> {
  if (fault?.kind === 'latency') await sleep(fault.ms ?? 1000);
  if (fault?.kind === 'throttle') return throttledReply(request);
  return fault?.kind === 'error' ? failedReply(request, fault) : undefined;
}

/** What AWS notes about a call, before the caller hears of it: a test can look as soon as its call returns. */
async function note(lab: LabState, request: LabRequest, reply: LabReply, ms: number): Promise<void> {
  lab.identities.learn(request, reply);
  const entries = await lab.trail.record(request, reply, ms);
  await lab.trailFiles.add(request, entries);
  if (request.service === 's3') {
    await lab.accessLogs.add(request, reply, lab.identities.of(request.accessKeyId), ms);
  }
  if (reply.status < 300) lab.buckets.observe(request);
}

function send(request: LabRequest, reply: LabReply, outgoing: FastifyReply): void {
  const headers = { ...reply.headers };
  for (const name of ['transfer-encoding', 'connection', 'keep-alive']) headers[name] = undefined;
  if (request.method !== 'HEAD') headers['content-length'] = String(reply.body.length);
  const sent = Object.entries(headers).filter((pair): pair is [string, string | string[]] => pair[1] !== undefined);
  outgoing.raw.writeHead(reply.status, Object.fromEntries(sent));
  outgoing.raw.end(reply.body);
}
