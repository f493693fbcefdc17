import type { FastifyInstance, FastifyRequest } from 'fastify';
import { matchingToken, sha256OfToken, tokenMatches } from './bearer.ts';
import { signatureCheck } from './hmac.ts';
import { HttpRefusal, rawBodyOf } from './server.ts';
import { alertTaker, type Taking } from './take-alerts.ts';

export interface AlertDoor extends Taking {
  /** Several are valid at once, so that one can be replaced. */
  tokens: string[];
  /** With which senders may sign instead of sending a token. */
  hmacSecrets?: string[];
  /** EventBridge's API destination: the header of its connection, and the keys that it may carry. */
  eventbridge?: { header: string; apiKeys: string[] };
}

type Hook = (request: FastifyRequest, reply: unknown, done: (error?: Error) => void) => void;

/** The doors that JSON comes through, each with its own proof of who sends; behind them, all is the same. */
export function alertRoutes(server: FastifyInstance, door: AlertDoor): void {
  const { hmacSecrets = [], eventbridge, now = () => new Date() } = door;
  const take = alertTaker(door);
  const known = door.tokens.map(sha256OfToken);
  const bearer = ({ headers }: FastifyRequest): HttpRefusal | undefined =>
    matchingToken(headers.authorization, known) >= 0
      ? undefined
      : new HttpRefusal(401, 'the bearer token is missing or not known');
  // Before the body is read: a stranger cannot make us read one.
  const guard = (refusal: (request: FastifyRequest) => HttpRefusal | undefined): { onRequest: Hook } => ({
    onRequest: (request, _reply, done) => done(refusal(request)),
  });

  server.post('/alerts', guard(bearer), async (request, reply) =>
    reply.status(202).send(await take('http', request.id, rawBodyOf(request))),
  );

  const signed = signatureCheck(hmacSecrets, now);
  const token = guard((request) =>
    signed.isSigned(request.headers) ? signed.refusal(request.headers) : bearer(request),
  );
  server.post('/alerts/elastic', token, async (request, reply) => {
    const body = rawBodyOf(request);
    const answer = () => take('elastic', request.id, body);
    const taken = signed.isSigned(request.headers) ? await signed.once(request.headers, body, answer) : await answer();
    return reply.status(202).send(taken);
  });

  if (!eventbridge) return;
  const keys = eventbridge.apiKeys.map(sha256OfToken);
  const name = eventbridge.header.toLowerCase();
  const apiKey = guard(({ headers }) => {
    const offered = headers[name];
    return typeof offered === 'string' && tokenMatches(offered, keys)
      ? undefined
      : new HttpRefusal(401, 'the API key is missing or not known');
  });
  server.post('/alerts/eventbridge', apiKey, async (request, reply) =>
    reply.status(202).send(await take('eventbridge', request.id, rawBodyOf(request))),
  );
}
