import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { EncryptionFailed } from '../encryption/failures.ts';
import type { Log } from '../temporal/log.ts';
import { whoFailed } from '../temporal/who-failed.ts';
import { rateLimit } from './rate-limit.ts';

/** An answer other than success: one line of our own words, which repeats nothing from the request. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly status: number;
  /** Seconds after which asking again makes sense. */
  readonly retryAfter: number | undefined;
  /** Further members of the answer. */
  readonly details: object;

  constructor(
    status: number,
    reason: string,
    options: { retryAfter?: number; details?: object; cause?: unknown } = {},
  ) {
    super(reason, { cause: options.cause });
    this.status = status;
    this.retryAfter = options.retryAfter;
    this.details = options.details ?? {};
  }
}

/** Something that we need does not answer now. */
export const notNow = (reason: string, cause: unknown, details?: object): HttpRefusal =>
  new HttpRefusal(503, reason, { retryAfter: 5, cause, ...(details ? { details } : {}) });

export interface ServerOptions {
  maxBodyBytes: number;
  /** Of one source address. */
  requestsPerMinute: number;
  /** Networks of proxies whose word about the source address is taken; without it, all that come through one share its limit. */
  trustedProxies?: string[];
  /** One line per request and per failure, for the operator. */
  log: Log;
  /** Milliseconds in which a request must have arrived whole. */
  requestTimeout?: number;
  /** Rejects when no incident can be opened. */
  healthy?: () => Promise<unknown>;
}

/** The HTTP server that alerts and approvers come to; routes are added by whoever handles them. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { log, healthy, requestTimeout = 30_000, trustedProxies = [] } = options;
  const server = fastify({
    bodyLimit: options.maxBodyBytes,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: trustedProxies.length > 0 && trustedProxies,
    requestTimeout,
    // How often slow requests are looked for.
    http: {
      connectionsCheckingInterval: Math.min(requestTimeout, 5000),
      headersTimeout: Math.min(requestTimeout, 30_000),
    },
    // Workflow ids as path parameters are long, and encoded.
    routerOptions: { maxParamLength: 1000 },
  });

  // Handlers parse JSON themselves: they verify signatures over bytes, keep what they cannot read, and no key of the
  // input is special to them.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const limit = rateLimit(options.requestsPerMinute);
  server.addHook('onRequest', (request, reply, done) => {
    void reply.headers({
      'x-request-id': request.id,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const wait = limit(request.ip);
    if (wait === null) return done();
    done(new HttpRefusal(429, 'too many requests', { retryAfter: wait }));
  });
  /** Since the start, by route: how often somebody came without a valid token or signature. */
  const strangers = new Map<string, number>();
  /** Why, in our own words: SNS and EventBridge show their owners nothing of what they were answered. */
  const refused = new WeakMap<FastifyRequest, string>();
  server.addHook('onResponse', (request, reply, done) => {
    const route = `${request.method} ${request.routeOptions.url ?? 'unknown route'}`;
    const why = refused.get(request);
    const line = `${route} ${reply.statusCode} ${Math.round(reply.elapsedTime)} ms, request ${request.id}${why === undefined ? '' : `, ${why}`}`;
    if (reply.statusCode === 401) strangers.set(route, (strangers.get(route) ?? 0) + 1);
    log(reply.statusCode === 401 ? `${line}, refused here since the start: ${strangers.get(route)}` : line);
    done();
  });

  server.setErrorHandler((error, request, reply) => {
    const refusal = error instanceof HttpRefusal ? error : refusalOf(error);
    if (refusal.status < 500) refused.set(request, refusal.message);
    else log(`request ${request.id}: ${refusal.message}: ${causeOf(refusal)}`, 'error');
    if (refusal.retryAfter !== undefined) void reply.header('retry-after', refusal.retryAfter);
    return reply.status(refusal.status).send({ error: refusal.message, requestId: request.id, ...refusal.details });
  });
  server.setNotFoundHandler((request, reply) =>
    reply.status(404).send({ error: 'there is nothing at this address', requestId: request.id }),
  );

  server.get('/healthz', async () => {
    try {
      await healthy?.();
    } catch (error) {
      const keys = whoFailed(error) === 'keys';
      throw notNow(keys ? 'the keys that encrypt incidents cannot be used now' : 'Temporal does not answer', error);
    }
    return { status: 'ok' };
  });
  return server;
}

/** The body as it came, byte by byte. */
export const rawBodyOf = (request: FastifyRequest): Buffer =>
  Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);

/** The text of a body. */
export function bodyOf(request: FastifyRequest): string {
  const text = utf8(rawBodyOf(request));
  if (text === undefined) throw new HttpRefusal(400, 'the body is not UTF-8');
  return text;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Undefined: the bytes are not UTF-8. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

const byStatus: Record<number, string> = {
  400: 'the request cannot be read',
  413: 'the body is too large',
  408: 'the request did not arrive in time',
  415: 'the content type is not application/json (from SNS: text/plain)',
};

function refusalOf(error: unknown): HttpRefusal {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status < 400 || status >= 500) return new HttpRefusal(500, 'internal error', { cause: error });
  return new HttpRefusal(status, byStatus[status] ?? 'the request is refused', { cause: error });
}

/** The innermost message: what a person can act on. Those of our keys say themselves where. */
export function causeOf(error: Error): string {
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause !== undefined && !(cause instanceof EncryptionFailed))
    cause = cause.cause;
  return cause instanceof Error ? cause.message : String(cause);
}
