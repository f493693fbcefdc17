import { cancellationSignal } from '../aws/activity-context.ts';
import { refused, throttled, unauthorised, unavailable } from './failures.ts';

export interface GuardedSource {
  /** As people call it. */
  name: string;
  url: string;
  /** Where the key stands in the configuration. */
  keyAt: string;
}
export type GuardedFetch = (address: string | URL, init?: RequestInit) => Promise<Response>;

const patience = 10_000;
const longestAnswer = 8_000_000;

/**
 * `fetch` for the libraries of the sources: to the configured address and nowhere else, no redirects, in bounded time and
 * size. What is not a success becomes a failure that says whether to try again; no word of an answer is in its message.
 */
export function guardedFetch(source: GuardedSource): GuardedFetch {
  const { origin } = new URL(source.url);
  return async (address, init = {}) => {
    const called = `${source.name} at ${origin}`;
    if (new URL(address).origin !== origin) throw refused(`${called} was not asked: the address is another one`);
    const cancelled = cancellationSignal();
    const late = AbortSignal.timeout(patience);
    const signal = cancelled ? AbortSignal.any([cancelled, late]) : late;
    let response: Response;
    let body: Buffer | null;
    try {
      response = await fetch(address, { ...init, redirect: 'manual', signal });
      body = await bodyOf(response);
    } catch (error) {
      cancelled?.throwIfAborted();
      throw unavailable(`${called} did not answer (${reasonOf(error)})`);
    }
    if (!response.ok) throw failureOf(response, source, `${called} answered ${response.status}`);
    if (body === null) throw refused(`${called} answered with more than ${longestAnswer} bytes`);
    const { status, headers } = response;
    return new Response(body.length === 0 ? null : new Uint8Array(body), { status, headers: decoded(headers) });
  };
}

/** Null: it is longer than anything that we ask for. */
async function bodyOf(response: Response): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > longestAnswer) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The body is decompressed by now. */
function decoded(headers: Headers): Headers {
  const copy = new Headers(headers);
  copy.delete('content-encoding');
  copy.delete('content-length');
  return copy;
}

function failureOf({ status, headers }: Response, { url, keyAt }: GuardedSource, message: string): Error {
  // GitHub says 403 where others say 429.
  const limited = headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0';
  if (status === 429 || (status === 403 && limited)) return throttled(message, secondsToWait(headers));
  if (status >= 500 || status === 408) return unavailable(message);
  if (status === 401) return unauthorised(`${message}: check ${keyAt}, it may be wrong, expired or revoked`);
  if (status === 403) return unauthorised(`${message}: let the key of ${keyAt} read and search`);
  if (status < 400) return refused(`${message}: it sends us elsewhere, and the key is for ${url} alone`);
  return refused(`${message}: it refused the question`);
}

const usualWait = 30;
const longestWait = 10 * 60;

/** What it asks for, in seconds: `Retry-After`, else GitHub's time of reset. */
function secondsToWait(headers: Headers): number {
  const after = headers.get('retry-after') ?? '';
  const reset = headers.get('x-ratelimit-reset') ?? '';
  const seconds = /^\d{1,6}$/.test(after)
    ? Number(after)
    : /^\d{1,12}$/.test(reset)
      ? Number(reset) - Math.floor(Date.now() / 1000)
      : usualWait;
  return Math.min(Math.max(seconds, 1), longestWait);
}

/** A code such as ECONNREFUSED: messages of network errors can hold anything. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return `nothing within ${patience / 1000} s`;
  const { code } = (error.cause ?? error) as NodeJS.ErrnoException;
  return typeof code === 'string' && /^[A-Z_0-9]{1,60}$/.test(code) ? code : 'the connection failed';
}
