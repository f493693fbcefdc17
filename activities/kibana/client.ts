import { ApplicationFailure } from '@temporalio/common';
import { plainText } from '../../src/domain/escape.ts';
import { dotted, parseJson, text } from '../../src/domain/cloudtrail/fields.ts';
import { cancellationSignal } from '../aws/activity-context.ts';

/** How Kibana is reached, and what it is told. */
export interface KibanaSettings {
  url: string;
  apiKey: string;
  space: string;
  /** A case for each incident. */
  cases: boolean;
  /** Link to an incident, where Temporal UI has an address. */
  linkTo: (workflowId: string) => string | null;
}

/** One request to the API of a space; `what` reads like `searching for alerts`. */
export type KibanaCall = (
  what: string,
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  body?: object,
) => Promise<unknown>;

export const kibanaFailures = {
  /** Another attempt can succeed. */
  unavailable: 'KibanaUnavailable',
  /** It cannot: key, privileges, address or version are wrong. */
  refused: 'KibanaRefused',
} as const;

export const unavailable = (message: string): ApplicationFailure =>
  ApplicationFailure.retryable(message, kibanaFailures.unavailable);
export const refused = (message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, kibanaFailures.refused);

const patience = 10_000;

export function kibanaClient({ url, apiKey, space }: KibanaSettings): KibanaCall {
  const base = `${url.replace(/\/+$/, '')}${space === 'default' ? '' : `/s/${encodeURIComponent(space)}`}`;

  return async (what, method, path, body) => {
    const cancelled = cancellationSignal();
    const timeout = AbortSignal.timeout(patience);
    let response: Response;
    let answer: string;
    try {
      response = await fetch(`${base}${path}`, {
        method,
        headers: {
          authorization: `ApiKey ${apiKey}`,
          'kbn-xsrf': 'temporal-soar', // Kibana refuses changes without it
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        // The key is for this address and for no other.
        redirect: 'manual',
        signal: cancelled ? AbortSignal.any([cancelled, timeout]) : timeout,
      });
      answer = await response.text();
    } catch (error) {
      cancelled?.throwIfAborted();
      throw unavailable(`${what}: Kibana at ${url} did not answer (${reasonOf(error)})`);
    }
    const parsed = parseJson(answer);
    if (response.ok && parsed !== undefined) return parsed;
    const said = saidIn(parsed).replaceAll(apiKey, '[redacted]');
    throw failureOf(response.status, `${what} in space ${space}: Kibana answered ${response.status}${said}`);
  };
}

function failureOf(status: number, message: string): ApplicationFailure {
  if (status >= 500 || status === 429 || status === 408) return unavailable(message);
  if (status === 409) return unavailable(`${message}; somebody changed it at the same time`);
  return refused(`${message}; ${nextStep(status)}`);
}

function nextStep(status: number): string {
  if (status < 300) return 'and not with JSON: check that kibana.url is the address of Kibana';
  if (status < 400) return 'it redirects: kibana.url has to be the address where that ends';
  if (status === 401) return 'check kibana.apiKey: it may be wrong, expired or invalidated';
  if (status === 403) return 'give the API key the privileges that docs/alerts.md lists for Kibana';
  if (status === 404) return 'check kibana.url, and that this Kibana has Elastic Security 8.9 or newer';
  return 'check whether this version of Kibana is one that docs/alerts.md lists';
}

/** What Kibana says about its refusal; platform and security solution call the member by the same name. */
function saidIn(answer: unknown): string {
  const said = text(dotted(answer, 'message'));
  return said === undefined ? '' : ` (${plainText(said).slice(0, 300)})`;
}

/** `fetch` hides the reason in its cause. */
function reasonOf(error: unknown): string {
  const { cause, name } = error as Error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code ?? (name === 'TimeoutError' ? `nothing within ${patience / 1000} s` : name);
}
