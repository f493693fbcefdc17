import type { Json } from '../../src/domain/json.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { attempt, cancellationSignal } from '../aws/activity-context.ts';
import { backoff, failure } from '../aws/failures.ts';

export interface SearchConnection {
  url: string;
  /** The value of the Authorization header. */
  authorization?: string;
}

export interface SearchRequest {
  /** Reads like `searching filebeat-*`. */
  what: string;
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: Json;
}

/** Asks the search engine; what it answers is parsed JSON that nobody has looked at. */
export type AskSearch = (request: SearchRequest) => Promise<unknown>;

const patienceMs = 30_000;
const longestAnswer = 64_000_000;

/**
 * Elasticsearch and OpenSearch over plain HTTP: the client library of either refuses the servers of the other (ADR 14). Bodies of
 * errors stay out of messages: they repeat queries and documents. No redirects: the key is for this server.
 */
export function searchHttp({ url, authorization }: SearchConnection): AskSearch {
  const base = url.endsWith('/') ? url : `${url}/`;
  return async ({ what, method, path, body }) => {
    const cancelled = cancellationSignal();
    const late = AbortSignal.timeout(patienceMs);
    const response = await fetch(new URL(path, base), {
      method,
      redirect: 'manual',
      signal: cancelled ? AbortSignal.any([cancelled, late]) : late,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization === undefined ? {} : { authorization }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw unavailable(what, `no answer (${reasonOf(error)})`);
    });
    const text = await bodyOf(response, what);
    if (response.ok) return parsed(text, what);
    if (response.status === 429 || response.status >= 500) {
      throw unavailable(what, `HTTP ${response.status}`, response.headers.get('retry-after'));
    }
    throw refused(what, response.status, errorType(text));
  };
}

async function bodyOf(response: Response, what: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > longestAnswer) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw unavailable(what, `the answer broke off (${reasonOf(error)})`);
  }
  if (length > longestAnswer) {
    throw failure(failureTypes.detectionRefused, `${what}: the answer is longer than ${longestAnswer} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const message = `${what}: the answer is not JSON; check that detection.search.url is that of the search engine itself`;
    throw failure(failureTypes.detectionRefused, message);
  }
}

function unavailable(what: string, reason: string, retryAfter: string | null = null): Error {
  const seconds = Number(retryAfter ?? 'none');
  const delay = Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), 60) * 1000 : backoff(attempt());
  const message = `${what}: ${reason}; it is tried again; check detection.search.url and the search engine if it lasts`;
  return failure(failureTypes.detectionUnavailable, message, { nextRetryDelay: delay });
}

const nextSteps: Record<number, string> = {
  300: 'it sends us elsewhere, and the key is for this server alone: check detection.search.url',
  401: 'check the key or password of detection.search',
  403: 'let the key of detection.search read these indices (privilege read)',
  404: 'check detection.search.url and detection.search.indices',
};

function refused(what: string, status: number, type: string): Error {
  const next =
    nextSteps[status < 400 ? 300 : status] ?? 'check that the indices are mapped as Filebeat does (keywords and dates)';
  return failure(failureTypes.detectionRefused, `${what}: HTTP ${status}${type}; ${next}`);
}

/** The engine's own word for the error, where it looks like one. */
function errorType(text: string): string {
  const [, type] = /"root_cause":\[\{"type":"([a-z_]{1,60})"/.exec(text.slice(0, 2000)) ?? [];
  return type === undefined ? '' : ` ${type}`;
}

/** A code such as ECONNREFUSED: messages of network errors can hold addresses with anything in them. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return `none within ${patienceMs / 1000} s`;
  const { code } = (error.cause ?? error) as NodeJS.ErrnoException;
  return typeof code === 'string' && /^[A-Z_0-9]{1,60}$/.test(code) ? code : 'the connection failed';
}
