import { ApplicationFailure, ApplicationFailureCategory, TemporalFailure } from '@temporalio/common';
import { failureTypes, notRetried, whenRefused, type FailureType } from '../../src/domain/failures.ts';
import type { AwsPlace } from '../ec2/contract.ts';
import { attempt } from './activity-context.ts';
import { placeOfError } from './error-place.ts';
import { given } from './given.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

/**
 * The only place that reads the names of AWS errors. Everything that leaves an activity is an `ApplicationFailure` of a
 * type of src/domain/failures.ts: Temporal decides by it whether to try again.
 */

const throttles = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);
/** A later attempt of the same call can succeed. */
const passing = new Set([
  'ConcurrentModification',
  'ConcurrentModificationException',
  'ConditionalRequestConflict',
  // The worker found no base credentials: a metadata service that is slow to start, or a mistake that an operator mends.
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InternalError',
  'InternalException',
  'InternalFailure',
  'OperationAborted',
  'RequestTimeout',
  'ServiceFailure',
  'ServiceUnavailable',
  'TimeoutError',
  'Unavailable',
]);
const connectionCodes = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_SSL|UND_ERR)/;
const denials =
  /^(AccessDenied|AccessDeniedException|AccountProblem|AllAccessDisabled|AuthFailure|Blocked|Forbidden|IncompleteSignature|InvalidAccessKeyId|InvalidClientTokenId|MissingAuthenticationToken|NotSignedUp|OptInRequired|PendingVerification|RegionDisabledException|SignatureDoesNotMatch|UnauthorizedOperation|UnrecognizedClientException)$/;
const absences = /^(NoSuch\w+|NotFound|QueueDoesNotExist|\w+\.NotFound|\w*NotFound(Error|Exception|Fault)?)$/;

/** What AWS answers in a Region that the account has not enabled, and what it also answers: it knows no credentials there. */
const regionOff = /^(OptInRequired|RegionDisabledException)$/;
const unknownThere = /^(AuthFailure|InvalidClientTokenId|UnrecognizedClientException)$/;

const nextStep: Record<FailureType, string> = {
  AwsThrottled: 'it is tried again, more slowly',
  AwsUnavailable:
    'it is tried again; see the AWS Health Dashboard, the network and the credentials of this worker if it lasts',
  NotYet: 'it is looked at again later',
  AwsAccessDenied: whenRefused,
  AwsNotFound: 'check whether it was deleted, and by whom, in CloudTrail',
  AwsRejected: 'the request itself has to change: plan again, or do it by hand',
  NotAuthorised: 'look for who scheduled it: every plan asks people, and an approval is for that plan alone',
  ResourceProtected: 'take it off the list of protected resources in the configuration first, if that is meant',
  ActionLimitExceeded: 'raise the limit in the configuration, if that is meant',
  DetectionUnavailable: 'it is tried again',
  DetectionRefused: 'check the section detection of the configuration, and what its key may read',
};

/** A quota of IAM is used up, such as the versions of a policy. */
const limit = /^LimitExceeded(Exception)?$/;

/** Nothing was sent: AWS has nothing to do with it. */
const noCredentials =
  'it is tried again; this worker finds no AWS credentials: look at the profile that aws.profiles names, or at its environment';

const wrongClock =
  'it is tried again; the clocks of this machine and of AWS are more than five minutes apart: set that of this machine (NTP)';
/** EC2 says so of both (docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html). */
const wrongClockOrExpired = `${wrongClock}; or the credentials of this worker have expired: renew them`;

/** Not for who asked, but for when. The SDK has learnt the difference by then: the next attempt may be taken. */
const isForTheTime = (code: string, { message = '' }: AwsErrorShape): boolean =>
  /^Request(Expired|InTheFuture|TimeTooSkewed)$/.test(code) ||
  (/^(SignatureDoesNotMatch|InvalidSignatureException)$/.test(code) &&
    /^Signature (expired|not yet current)/.test(message));

/** What an SDK, socket or credential error carries, whichever it is. */
interface AwsErrorShape {
  name?: string;
  Code?: string;
  code?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number; requestId?: string };
  $retryable?: { throttling?: boolean };
}

function typeOf(code: string, status: number | undefined, error: AwsErrorShape): FailureType {
  if (throttles.has(code) || status === 429 || error.$retryable?.throttling) return failureTypes.throttled;
  if (passing.has(code) || connectionCodes.test(error.code ?? '')) return failureTypes.unavailable;
  if (isForTheTime(code, error)) return failureTypes.unavailable;
  if (denials.test(code)) return failureTypes.accessDenied;
  if (absences.test(code)) return failureTypes.notFound;
  if (status === undefined) return failureTypes.unavailable;
  if (status >= 500) return failureTypes.unavailable;
  // HEAD answers have no body: the status is all there is.
  if (status === 401 || status === 403) return failureTypes.accessDenied;
  if (status === 404) return failureTypes.notFound;
  return failureTypes.rejected;
}

/** Parameters of signed requests, encoded authorization messages, session tokens, and what is as long as a secret key. */
const secretLike =
  /(x-amz-(?:signature|credential|security-token)[=:])\s*[^&\s"']+|(?<![\w+/=-])(?:[\w+/-]{80,}|[A-Za-z0-9+/]{40})={0,2}(?![\w+/=-])/gi;
const withoutSecrets = (text: string): string =>
  text.replace(secretLike, (_, parameter: string | undefined) => `${parameter ?? ''}[redacted]`);

/** The original error, or a copy when its texts hold something that must not reach the workflow's history. */
function safeCause(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(withoutSecrets(String(error)));
  if (withoutSecrets(error.message) === error.message) return error;
  const copy = new Error(withoutSecrets(error.message));
  copy.name = error.name;
  copy.stack = withoutSecrets(error.stack ?? '');
  return copy;
}

/** Exponential from one second to one minute, with half of it at random: workers that were throttled together part. */
export function backoff(tries: number, firstMs = 1_000, longestMs = 60_000): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(tries - 1, 20));
  return Math.round(full / 2 + (Math.random() * full) / 2);
}

/** A failure of one of our types; `what` says which step on which resource. */
export function failure(
  type: FailureType,
  message: string,
  options: { cause?: Error; details?: unknown[]; nextRetryDelay?: number } = {},
): ApplicationFailure {
  return ApplicationFailure.create({
    ...options,
    type,
    message,
    nonRetryable: notRetried.includes(type),
    // Waiting is how it is meant to go: no warning in the worker's log, no error in its metrics.
    ...(type === failureTypes.notYet ? { category: ApplicationFailureCategory.BENIGN } : {}),
  });
}

/** Not finished: the server asks again after a delay that grows with the attempts. */
export const notYet = (what: string, firstMs = 2_000, longestMs = 300_000): ApplicationFailure =>
  failure(failureTypes.notYet, `${what}: not yet`, { nextRetryDelay: backoff(attempt(), firstMs, longestMs) });

/** Maps whatever an AWS client threw; `noRoom` says how to go on where a quota of IAM is used up. */
export function toFailure(what: string, error: unknown, noRoom?: string): Error {
  // A failure of ours passes through, and so does the abort of a cancelled activity, which Temporal recognises.
  if (error instanceof TemporalFailure) return error;
  if (error instanceof Error && error.name === 'AbortError') return error;
  const shape = (typeof error === 'object' && error !== null ? error : {}) as AwsErrorShape;
  const status = shape.$metadata?.httpStatusCode;
  const code = awsCode(shape);
  const type = typeOf(code, status, shape);
  const said = withoutSecrets(shape.message ?? String(error));
  const answer = refusalIn(said, code) ?? (isSaying(said, code) ? `${code} (${said})` : code);
  const next = nextFor(code, shape) ?? (limit.test(code) ? noRoom : undefined) ?? nextStep[type];
  return failure(type, `${what}: ${answer}; ${next}${whyInRegion(code, placeOfError(error))}`, {
    cause: safeCause(error),
    details: [{ code, ...(status === undefined ? {} : { status }), ...requestIdOf(shape) }],
    ...(type === failureTypes.throttled ? { nextRetryDelay: backoff(attempt()) } : {}),
  });
}

/** Where the code says more about what to do than the type does. */
function nextFor(code: string, error: AwsErrorShape): string | undefined {
  if (code === 'CredentialsProviderError') return noCredentials;
  if (code === 'RequestExpired') return wrongClockOrExpired;
  return isForTheTime(code, error) ? wrongClock : undefined;
}

const otherKey =
  'or AWS does not know the access key of this worker any more: put the one in force in its place, and start the worker again';

/** A HEAD answer has no words; the SDK then makes some of its own, which say nothing. */
const isSaying = (said: string, code: string): boolean =>
  said !== '' && said !== code && !/^Unknown(Error)?$/.test(said);

/**
 * AWS names who may not do what far back in a long sentence, and messages are cut to what fits on a phone: the permission
 * first, then whom it is refused to, then the rest as AWS says it.
 */
function refusalIn(said: string, code: string): string | undefined {
  const named = /^(.*?)\bUser: (\S+) is not authorized to perform: ([\w-]+:\w+)\s*(.*)$/s.exec(said);
  if (!named) return undefined;
  const [, , who = '', action = '', rest = ''] = named;
  const role = /:assumed-role\/([^/]+)\//.exec(who);
  const short = role ? `role ${role[1] ?? ''}` : who;
  return `${action} is refused to ${short} (${code}: ${who}${rest === '' ? '' : ` ${rest}`})`;
}

/** For whom to tell a Region that is off from credentials that are wrong: in the former, nothing else helps. */
function whyInRegion(code: string, place: AwsPlace | undefined): string {
  const region = place ? `Region ${place.region} of account ${place.accountId}` : 'the Region';
  const enable = 'enable it in the account, or take it off the Regions of the account in the configuration';
  if (regionOff.test(code)) return `; ${region} is not enabled: ${enable}`;
  if (!unknownThere.test(code)) return '';
  return `; ${otherKey}; where ${region} is not enabled, AWS answers so, too: ${enable}`;
}

/** EC2 and CloudTrail write some codes with a `Client.` prefix; a HEAD answer has a number or nothing for a name. */
function awsCode(error: AwsErrorShape): string {
  const generic = error.name === undefined || /^(Error|UnknownError|Unknown|\d+)$/.test(error.name);
  const code = generic ? (error.Code ?? error.code ?? httpCode(error)) : error.name;
  return (code ?? 'UnknownError').replace(/^(Client|Server)\./, '');
}
const httpCode = ({ $metadata }: AwsErrorShape): string | undefined =>
  $metadata?.httpStatusCode === undefined ? undefined : `HTTP ${$metadata.httpStatusCode}`;
const requestIdOf = ({ $metadata }: AwsErrorShape) =>
  $metadata?.requestId === undefined ? {} : { requestId: $metadata.requestId };

/** Runs one step against AWS; `what` reads like `reading the policy of bucket example`. */
export async function aws<T>(what: string, step: () => Promise<T>, noRoom?: string): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw toFailure(what, error, noRoom);
  }
}

/** The same failure for what has to happen some day: whatever AWS refuses, a mistake in our own account can be mended. */
export const triedAgain = (error: unknown): unknown =>
  error instanceof ApplicationFailure && error.nonRetryable
    ? ApplicationFailure.create({
        message: error.message,
        nonRetryable: false,
        ...given({ type: error.type ?? undefined, details: error.details ?? undefined, cause: error.cause }),
      })
    : error;

export const isFailure = (error: unknown, type: FailureType): error is ApplicationFailure =>
  error instanceof ApplicationFailure && error.type === type;
export const isNotFound = (error: unknown): boolean => isFailure(error, failureTypes.notFound);

const hasCode = (error: unknown, code: RegExp): boolean =>
  error instanceof ApplicationFailure && code.test((error.details?.[0] as { code?: string } | undefined)?.code ?? '');
export const isNoSuchBucket = (error: unknown): boolean => hasCode(error, /^NoSuchBucket$/);
/** Systems Manager does not manage the machine. */
export const isInvalidInstance = (error: unknown): boolean => hasCode(error, /^InvalidInstanceId$/);
export const isNoSuchAccessPoint = (error: unknown): boolean => hasCode(error, /^NoSuchAccessPoint$/);
export const isLimitExceeded = (error: unknown): boolean => hasCode(error, limit);
/** What an earlier call did is on its way and does not show yet, or stands in the way for a moment. */
export const isStillSettling = (error: unknown): boolean =>
  hasCode(error, /^(Duplicate(Policy|PolicyAttachment)|PolicyNotAttached|PolicyInUse|ResourceInUse)(Exception)?$/);
/** CloudTrail does not know the token of a page, or not any more. */
export const isInvalidNextToken = (error: unknown): boolean => hasCode(error, /^InvalidNextToken(Exception)?$/);
/** The task is past the point where it could be cancelled; EC2's reference does not name the error for it. */
export const isIncorrectState = (error: unknown): boolean => hasCode(error, /^(Incorrect|Invalid)\w*State$/);
/** A conditional write found something there. */
export const isPreconditionFailed = (error: unknown): boolean => hasCode(error, /^PreconditionFailed$/);

/** The value, or `absent` when AWS says that there is none. */
export async function unlessAbsent<T, A>(step: Promise<T>, absent: A): Promise<T | A> {
  try {
    return await step;
  } catch (error) {
    if (isNotFound(error)) return absent;
    throw error;
  }
}

/**
 * The value; or `otherwise` and a gap when AWS will not tell (P8). What another attempt may mend is thrown: a busy
 * minute must not be reported as missing evidence.
 */
export async function orGap<T, O>(gaps: Gap[], what: string, otherwise: O, step: Promise<T>): Promise<T | O> {
  try {
    return await step;
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || !error.nonRetryable) throw error;
    gaps.push({ what, why: `${error.type ?? 'failure'}: ${error.message}` });
    return otherwise;
  }
}
