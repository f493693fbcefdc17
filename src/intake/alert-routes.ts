import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Alert } from '../domain/alert.ts';
import { matchingToken, sha256OfToken } from './bearer.ts';
import type { KeepDeadLetter } from './dead-letters.ts';
import { decodeAlert, documentsIn } from './decode.ts';
import { parseJson } from './fields.ts';
import type { OpenedIncident } from './open-incident.ts';
import { AlertRefused } from './refusal.ts';
import { bodyOf, HttpRefusal, notNow } from './server.ts';

export interface AlertDoor {
  /** Several are valid at once, so that one can be replaced. */
  tokens: string[];
  open: (alert: Alert) => Promise<OpenedIncident>;
  keepDeadLetter?: KeepDeadLetter;
  now?: () => Date;
}

/** What became of one alert of a request. */
export type AlertResult =
  | (OpenedIncident & { eventId: string })
  | { result: 'refused'; status: 400 | 422; reason: string }
  | { result: 'failed'; eventId: string; reason: string };

/** Kibana sends at most a hundred. */
const mostAlerts = 500;
const atOnce = 10;

/** `POST /alerts`: 202 says that every accepted alert is durably in an incident (P1). */
export function alertRoutes(server: FastifyInstance, door: AlertDoor): void {
  const known = door.tokens.map(sha256OfToken);
  // Before the body is read: a stranger cannot make us read one.
  const authenticate = (request: FastifyRequest, _reply: unknown, done: (error?: Error) => void): void =>
    done(
      matchingToken(request.headers.authorization, known) >= 0
        ? undefined
        : new HttpRefusal(401, 'the bearer token is missing or not known'),
    );

  server.post('/alerts', { onRequest: authenticate }, async (request, reply) => {
    const source = bodyOf(request);
    const body = parseJson(source);
    if (body === undefined) {
      await door.keepDeadLetter?.(request.id, source);
      throw new HttpRefusal(400, 'the body is not JSON');
    }
    const documents = documentsIn(body);
    if (documents.length === 0) throw new HttpRefusal(400, 'the body holds no alert');
    if (documents.length > mostAlerts) throw new HttpRefusal(413, `the body holds more than ${mostAlerts} alerts`);

    const causes: unknown[] = [];
    const take = async (document: unknown): Promise<AlertResult> => {
      let alert: Alert;
      try {
        alert = decodeAlert(document, { door: 'http', receivedAt: (door.now?.() ?? new Date()).toISOString() });
      } catch (error) {
        if (!(error instanceof AlertRefused)) throw error;
        return { result: 'refused', status: error.status, reason: error.message };
      }
      try {
        return { eventId: alert.eventId, ...(await door.open(alert)) };
      } catch (error) {
        causes.push(error);
        return { result: 'failed', eventId: alert.eventId, reason: 'Temporal did not take it; send it again' };
      }
    };
    const results = await inTurns(documents, take);

    const malformed = documents.filter((_, index) => statusOf(results[index]) === 400);
    if (malformed.length > 0) await door.keepDeadLetter?.(request.id, JSON.stringify(malformed));
    // What was opened stays opened: sent again, it is known or attached.
    if (causes.length > 0) throw notNow('not every alert was taken; send all of them again', causes[0], { results });
    if (results.every(({ result }) => result === 'refused')) throw allRefused(results);
    return reply.status(202).send({ requestId: request.id, results });
  });
}

const statusOf = (result: AlertResult | undefined): number | undefined =>
  result?.result === 'refused' ? result.status : undefined;

function allRefused(results: AlertResult[]): HttpRefusal {
  const status = results.every((result) => statusOf(result) === 422) ? 422 : 400;
  const [worst] = results.filter((result) => statusOf(result) === status);
  const reason = worst?.result === 'refused' ? worst.reason : 'no alert in it can be used';
  return new HttpRefusal(status, reason, { details: { results } });
}

/** A few at a time, results in order. */
async function inTurns<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    results.push(...(await Promise.all(items.slice(start, start + atOnce).map(work))));
  }
  return results;
}
