import type { Alert, Arrival } from '../domain/alert/alert.ts';
import { parseJson } from '../domain/cloudtrail/fields.ts';
import { whoFailed, type WhoFailed } from '../temporal/who-failed.ts';
import type { DeadLetter } from './dead-letters.ts';
import { decodeAlert, documentsIn } from './decode.ts';
import type { OpenedIncident } from './open-incident.ts';
import { AlertRefused } from './refusal.ts';
import type { Playbooks } from './route.ts';
import { HttpRefusal, notNow, utf8 } from './server.ts';

/** What every door needs, whoever knocks and however they prove who they are. */
export interface Taking {
  open: (alert: Alert) => Promise<OpenedIncident>;
  /** Whether it could be kept changes no answer. */
  keepDeadLetter?: (letter: DeadLetter) => Promise<unknown>;
  now?: () => Date;
  playbooks?: Playbooks;
}

/** What became of one alert of a request. */
export type AlertResult =
  | (OpenedIncident & { eventId: string })
  | { result: 'refused'; status: 400 | 422; reason: string }
  | { result: 'failed'; eventId: string; reason: string };

export interface Taken {
  requestId: string;
  results: AlertResult[];
}
export type TakeAlerts = (door: Arrival['door'], requestId: string, source: Buffer) => Promise<Taken>;

/** Kibana sends at most a hundred. */
const mostAlerts = 500;
const atOnce = 10;

/**
 * What is the same at every door: an authenticated body in, and for each alert in it what became of it. It returns when
 * every accepted alert is durably in an incident (P1), and throws `HttpRefusal` when there is none, or Temporal is away.
 */
export function alertTaker({ open, keepDeadLetter, playbooks, now = () => new Date() }: Taking): TakeAlerts {
  const take = async (document: unknown, arrival: Arrival, causes: unknown[]): Promise<AlertResult> => {
    let alert: Alert;
    try {
      alert = decodeAlert(document, arrival, playbooks);
    } catch (error) {
      if (!(error instanceof AlertRefused)) throw error;
      return { result: 'refused', status: error.status, reason: error.message };
    }
    const failed = (cause: unknown): AlertResult => ({
      result: 'failed',
      eventId: alert.eventId,
      reason: `${reasons[whoFailed(cause)]}; send it again`,
    });
    // Where one did not get through, the next would only wait.
    if (causes.length > 0) return failed(causes[0]);
    try {
      return { eventId: alert.eventId, ...(await open(alert)) };
    } catch (error) {
      causes.push(error);
      return failed(error);
    }
  };

  return async (door, requestId, source) => {
    const body = parseJson(utf8(source) ?? '');
    if (body === undefined) {
      if (source.length > 0) await keepDeadLetter?.({ requestId, door, body: source });
      throw new HttpRefusal(400, utf8(source) === undefined ? 'the body is not UTF-8' : 'the body is not JSON');
    }
    const documents = documentsIn(body);
    if (documents.length === 0) throw new HttpRefusal(400, 'the body holds no alert');
    if (documents.length > mostAlerts) throw new HttpRefusal(413, `the body holds more than ${mostAlerts} alerts`);

    const arrival = { door, receivedAt: now().toISOString() };
    const causes: unknown[] = [];
    const results = await inTurns(documents, (document) => take(document, arrival, causes));

    const malformed = documents.filter((_, index) => statusOf(results[index]) === 400);
    if (malformed.length > 0) await keepDeadLetter?.({ requestId, door, body: jsonOf(malformed) ?? source });
    // What was opened stays opened: sent again, it is known or attached.
    if (causes.length > 0) throw notTaken(causes[0], results);
    if (results.every(({ result }) => result === 'refused')) throw allRefused(results);
    return { requestId, results };
  };
}

/** What a sender is told; the log says more. */
const reasons: Record<WhoFailed, string> = {
  Temporal: 'Temporal did not take it',
  keys: 'the keys that encrypt incidents cannot be used now',
  'this process': 'it could not be taken',
};

const notTaken = (cause: unknown, results: AlertResult[]): HttpRefusal =>
  notNow(`not every alert was taken: ${reasons[whoFailed(cause)]}; send all of them again`, cause, { results });

const statusOf = (result: AlertResult | undefined): number | undefined =>
  result?.result === 'refused' ? result.status : undefined;

/** Undefined: nested so deep that it has no text; parsing it needs no stack, writing it does. */
function jsonOf(documents: unknown[]): Buffer | undefined {
  try {
    return Buffer.from(JSON.stringify(documents));
  } catch {
    return undefined;
  }
}

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
