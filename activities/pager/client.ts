import { ApplicationFailure } from '@temporalio/common';
import { parseJson } from '../../src/domain/cloudtrail/fields.ts';
import { plainText } from '../../src/domain/escape.ts';
import { cancellationSignal } from '../aws/activity-context.ts';
import type { PagerEvent } from './event.ts';

/** How the pager is reached, and where it sends people. */
export interface PagerSettings {
  url: string;
  routingKey: string;
  /** Link to an incident, where Temporal UI has an address. */
  linkTo: (workflowId: string) => string | null;
}

/** Types of `ApplicationFailure`, as they show in Temporal UI. */
export const pagerFailures = {
  /** It asked for fewer events; retried after the time that it named. */
  throttled: 'PagerThrottled',
  /** No answer, or one that says that it is not well; retried. */
  unavailable: 'PagerUnavailable',
  /** It said no; another attempt would not mend it. */
  refused: 'PagerRefused',
} as const;

export const refused = (message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, pagerFailures.refused);

const patience = 10_000;

/** Sends one event to `POST /v2/enqueue`; a 202 means that it was taken, not that somebody's phone has rung. */
export function pagerClient({
  url,
  routingKey,
}: Pick<PagerSettings, 'url' | 'routingKey'>): (what: string, event: PagerEvent) => Promise<void> {
  const address = `${url.replace(/\/+$/, '')}/v2/enqueue`;
  return async (what, event) => {
    const cancelled = cancellationSignal();
    const timeout = AbortSignal.timeout(patience);
    let response: Response;
    let answer: string;
    try {
      response = await fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ routing_key: routingKey, ...event }),
        // The key is for this address and for no other.
        redirect: 'manual',
        signal: cancelled ? AbortSignal.any([cancelled, timeout]) : timeout,
      });
      answer = await response.text();
    } catch (error) {
      cancelled?.throwIfAborted();
      throw ApplicationFailure.retryable(
        `${what}: the pager at ${url} did not answer (${reasonOf(error)})`,
        pagerFailures.unavailable,
      );
    }
    if (response.status === 202) return;
    const said = saidIn(answer).replaceAll(routingKey, '[redacted]');
    throw failureOf(response, `${what}: the pager answered ${response.status}${said}`);
  };
}

function failureOf({ status, headers }: Response, message: string): ApplicationFailure {
  if (status === 429) {
    return ApplicationFailure.create({
      type: pagerFailures.throttled,
      message: `${message}; it is tried again`,
      nextRetryDelay: waitFor(headers.get('retry-after')),
    });
  }
  if (status >= 500 || status === 408) return ApplicationFailure.retryable(message, pagerFailures.unavailable);
  const next = status < 400 ? 'check pager.url' : 'check pager.routingKey: the key of an Events API v2 integration';
  return refused(`${message}; ${next}`);
}

/** What it asks for, within reason: a page that waits longer than this helps nobody. */
const longestWait = 5 * 60;
function waitFor(retryAfter: string | null): `${number} s` {
  const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : 30;
  return `${Math.min(Math.max(seconds, 1), longestWait)} s`;
}

/** `{ status, message, errors? }`; what says no was written elsewhere. */
function saidIn(answer: string): string {
  const { message, errors } = (parseJson(answer) ?? {}) as { message?: unknown; errors?: unknown };
  const parts = [message, ...(Array.isArray(errors) ? (errors as unknown[]) : [])].filter(
    (part): part is string => typeof part === 'string',
  );
  return parts.length === 0 ? '' : ` (${plainText(parts.join('; ')).slice(0, 300)})`;
}

/** `fetch` hides the reason in its cause. */
function reasonOf(error: unknown): string {
  const { cause, name } = error as Error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code ?? (name === 'TimeoutError' ? `nothing within ${patience / 1000} s` : name);
}
