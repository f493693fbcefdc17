/** Types of `ApplicationFailure`, as they show in Temporal UI. Only the first three are retried. */
export const failureTypes = {
  /** AWS asked for fewer requests; retried after `nextRetryDelay`. */
  throttled: 'AwsThrottled',
  /** AWS answered 5xx or not at all. */
  unavailable: 'AwsUnavailable',
  /** A change or a task is not finished yet: asked again later. */
  notYet: 'NotYet',
  accessDenied: 'AwsAccessDenied',
  notFound: 'AwsNotFound',
  /** AWS refused the request for another reason: the message says which. */
  rejected: 'AwsRejected',
  /** The target is on the policy's protected list. */
  /** The contain worker found no approval for exactly this act. */
  notAuthorised: 'NotAuthorised',
  protected: 'ResourceProtected',
  limitExceeded: 'ActionLimitExceeded',
  /** What a detection searches did not answer, or is busy. */
  detectionUnavailable: 'DetectionUnavailable',
  /** It refused the search; configuration or permissions have to change. */
  detectionRefused: 'DetectionRefused',
} as const;
export type FailureType = (typeof failureTypes)[keyof typeof failureTypes];

/** The types that another attempt cannot mend. */
export const notRetried: FailureType[] = [
  failureTypes.accessDenied,
  failureTypes.notFound,
  failureTypes.rejected,
  failureTypes.notAuthorised,
  failureTypes.protected,
  failureTypes.limitExceeded,
  failureTypes.detectionRefused,
];

/** What a refusal of AWS ends with: what to look at. */
export const whenRefused = 'check that the role of this worker for the account exists, trusts it and allows the call';
