import { ApplicationFailure } from '@temporalio/common';

/** Types of `ApplicationFailure`, as they show in Temporal UI. */
export const sourceFailures = {
  /** It asked for fewer requests; retried after the time that it named. */
  throttled: 'SourceThrottled',
  /** No answer, or one that says that it is not well; retried. */
  unavailable: 'SourceUnavailable',
  /** The key is wrong, expired, or may not read this; not retried. */
  unauthorised: 'SourceUnauthorised',
  /** It refused this question, or answers as nothing that we know; not retried. */
  refused: 'SourceRefused',
} as const;

export const unavailable = (message: string): ApplicationFailure =>
  ApplicationFailure.retryable(`${message}; it is tried again`, sourceFailures.unavailable);
export const unauthorised = (message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, sourceFailures.unauthorised);
export const refused = (message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, sourceFailures.refused);
export const throttled = (message: string, seconds: number): ApplicationFailure =>
  ApplicationFailure.create({
    type: sourceFailures.throttled,
    message: `${message}; it is tried again in ${seconds} s`,
    nextRetryDelay: `${seconds} s`,
  });

/** The worker was started without what the incident's policy says is connected. */
export const notConnected = (section: string) => () =>
  Promise.reject(refused(`the configuration of this notify worker has no section ${section}`));

export const isRefusal = (error: unknown): error is ApplicationFailure =>
  error instanceof ApplicationFailure && error.type === sourceFailures.refused;
