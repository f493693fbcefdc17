import { JSONToPayload, payloadToJSON, type JSONPayload, type Payload } from '@temporalio/common/lib/proto-utils.js';
import type { PayloadCodec } from '@temporalio/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parseJson } from '../domain/cloudtrail/fields.ts';
import { bodyOf, createServer, HttpRefusal } from '../intake/server.ts';
import { codecLogin } from './codec-login.ts';
import { EncryptionFailed } from './failures.ts';

export interface CodecServerOptions {
  codec: PayloadCodec;
  /** Who may log in, by the SHA-256 of their personal token in hex. */
  approvers: { id: string; tokenHash: string }[];
  /** Temporal UI as browsers see it; no other page may ask. */
  uiOrigins: string[];
  requestsPerMinute: number;
  log: (line: string) => void;
  now?: () => number;
}

/** A page of Temporal UI holds many payloads, each of at most 2 MB. */
const maxBodyBytes = 50_000_000;

const base64 = z.base64();
const payloadsBody = z.object({
  // Left out where there is none, as protobuf's JSON has it: a query without arguments.
  payloads: z
    .array(z.object({ metadata: z.record(z.string().max(100), base64).nullish(), data: base64.nullish() }))
    .max(10_000)
    .default([]),
});

/** What Temporal UI and the `temporal` command ask to show encrypted payloads, for people who have logged in. */
export function codecServer(options: CodecServerOptions): FastifyInstance {
  const { codec, uiOrigins, log } = options;
  const server = createServer({ maxBodyBytes, requestsPerMinute: options.requestsPerMinute, log });
  const secure = uiOrigins.every((origin) => origin.startsWith('https:'));
  const login = codecLogin(server, options.approvers, { secure, log, ...(options.now ? { now: options.now } : {}) });
  const people = new WeakMap<FastifyRequest, string>();

  /** Before the body is read. A page of another origin is refused even with a valid cookie. */
  const allowOrigin = (request: FastifyRequest, reply: FastifyReply): void => {
    const { origin } = request.headers;
    if (origin === undefined) return;
    if (!uiOrigins.includes(origin))
      throw new HttpRefusal(403, 'this origin is not in encryption.codecServer.uiOrigins');
    void reply.headers({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      vary: 'origin',
    });
  };
  const onRequest = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    try {
      allowOrigin(request, reply);
      people.set(request, login.personOf(request));
      done();
    } catch (error) {
      done(error as Error);
    }
  };

  for (const way of ['encode', 'decode'] as const) {
    server.options(`/${way}`, (request, reply) => {
      allowOrigin(request, reply);
      return reply
        .headers({
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': 'authorization, content-type, x-namespace',
          'access-control-max-age': '600',
        })
        .status(204)
        .send();
    });
    server.post(`/${way}`, { onRequest }, async (request) => {
      const payloads = payloadsOf(request);
      log(`${people.get(request) ?? '?'}: ${way} ${payloads.length} payload(s)${keysIn(payloads)}`);
      try {
        return { payloads: (await codec[way](payloads)).map(payloadToJSON) };
      } catch (error) {
        if (error instanceof EncryptionFailed) throw new HttpRefusal(422, error.message, { cause: error });
        throw error;
      }
    });
  }
  return server;
}

function payloadsOf(request: FastifyRequest): Payload[] {
  const parsed = payloadsBody.safeParse(parseJson(bodyOf(request)));
  if (!parsed.success) throw new HttpRefusal(400, 'the body is not { payloads: [{ metadata, data }] } in base64');
  return parsed.data.payloads.map((payload) => JSONToPayload(payload as JSONPayload));
}

/** The log says whose content was shown, by the names of keys: they are in the key store with their incident. */
function keysIn(payloads: Payload[]): string {
  const names = payloads.flatMap(({ metadata }) => metadata?.['encryption-key-id'] ?? []);
  const known = new Set(
    names.map((name) => Buffer.from(name).toString('utf8')).filter((name) => /^[\w-]+$/.test(name)),
  );
  return known.size === 0 ? '' : ` of ${[...known].join(', ')}`;
}
