import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
  type WebAPICallResult,
} from '@slack/web-api';
import { ApplicationFailure, ApplicationFailureCategory, TemporalFailure } from '@temporalio/common';
import { attempt } from '../aws/activity-context.ts';
import { backoff } from '../aws/failures.ts';

export interface SlackConnection {
  botToken: string;
  /** Instead of Slack's own. */
  apiUrl?: string;
}

/** The server retries, not the client: what waits is seen in Temporal, and another worker can take it over. */
export const slackClient = ({ botToken, apiUrl }: SlackConnection): WebClient =>
  new WebClient(botToken, {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 10_000,
    logLevel: LogLevel.ERROR,
    // A method's name never is an address: the token goes to Slack and nowhere else.
    allowAbsoluteUrls: false,
  });

/** Types of `ApplicationFailure`, as they show in Temporal UI. */
export const slackFailures = {
  /** Slack asked for fewer requests; retried after the time that it named, and later the more often it asked. */
  throttled: 'SlackThrottled',
  /** No answer, or one that says that Slack is not well; retried. */
  unavailable: 'SlackUnavailable',
  /** What it belongs to is not there yet; retried soon. */
  notYet: 'SlackNotYet',
  /** Slack said no; another attempt would not mend it, but where somebody replaces our token meanwhile. */
  refused: 'SlackRefused',
} as const;

/** Errors of the Web API that pass by themselves. */
const passing = new Set([
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);

const tokenHint = 'put a valid bot token where slack.botToken points';
const channelHint = 'invite the app to the channel, and check its id in soar.yaml';
/** What to do about the ones that happen. */
const hints: Record<string, string> = {
  account_inactive: tokenHint,
  invalid_auth: tokenHint,
  not_authed: tokenHint,
  token_expired: tokenHint,
  token_revoked: tokenHint,
  channel_not_found: `there is no such channel, or it is a private one without the app: ${channelHint}`,
  is_archived: 'the channel is archived, and nothing can be posted there: unarchive it, and see that the app is in it',
  not_in_channel: `the app is not in it: ${channelHint}`,
  missing_scope: 'give the app the scopes of deploy/slack-manifest.yaml and install it again',
  user_not_found: "check the member's id under approvals.approvers",
};

/** Runs one call; whatever Slack answers becomes a failure that says whether to try again, and what to do. */
export async function slack<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw failureOf(what, error);
  }
}

function failureOf(what: string, error: unknown): Error {
  if (error instanceof TemporalFailure) return error;
  if (error instanceof WebAPIRateLimitedError) {
    return ApplicationFailure.create({
      type: slackFailures.throttled,
      message: `${what}: Slack asks to wait ${error.retryAfter} s; it is tried again then`,
      // A channel takes a message a second. In a storm hundreds wait for one: who came back together would be refused together.
      nextRetryDelay: error.retryAfter * 1_000 + backoff(attempt(), 1_000, 30_000),
      // Waiting is how it is meant to go: no warning in the worker's log, no error in its metrics.
      category: ApplicationFailureCategory.BENIGN,
    });
  }
  if (error instanceof WebAPIPlatformError && !passing.has(error.data.error)) {
    const { error: code } = error.data;
    // Given up, a request would never be shown: after its last reminder nothing more is sent about it.
    const mended = hints[code] === tokenHint;
    const todo = hints[code] === undefined ? '' : `; ${hints[code]}`;
    return ApplicationFailure.create({
      type: slackFailures.refused,
      message: `${what}: Slack answers ${code}${saidOf(error.data)}${todo}${mended ? '; it is tried again' : ''}`,
      details: [{ code }],
      nonRetryable: !mended,
    });
  }
  const answer =
    error instanceof WebAPIPlatformError
      ? error.data.error
      : error instanceof WebAPIHTTPError
        ? `HTTP ${error.statusCode}`
        : error instanceof Error
          ? error.message
          : String(error);
  return ApplicationFailure.create({
    type: slackFailures.unavailable,
    message: `${what}: Slack does not answer (${answer}); it is tried again`,
  });
}

/** What is wrong with a message, where Slack says so; our own words come back in it, nothing secret. */
function saidOf({ response_metadata }: WebAPICallResult): string {
  const messages = response_metadata?.messages ?? [];
  return messages.length === 0 ? '' : ` (${messages.slice(0, 3).join('; ').slice(0, 500)})`;
}

/** Slack did nothing: it asked to wait. */
export const isThrottled = (error: unknown): boolean =>
  error instanceof ApplicationFailure && error.type === slackFailures.throttled;

/** The code of a refusal, such as `user_not_found`; undefined: it is no refusal. */
export function refusalCode(error: unknown): string | undefined {
  if (!(error instanceof ApplicationFailure) || error.type !== slackFailures.refused) return undefined;
  return (error.details?.[0] as { code?: string } | undefined)?.code;
}
