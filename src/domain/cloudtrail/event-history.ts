const day = 86_400_000;

/** For so long CloudTrail keeps its event history, which every account has: 90 days, in milliseconds. */
export const eventHistory = 90 * day;

/** IAM, STS and sign-in events are recorded here, whatever Region the actor worked in. */
export const globalEventsRegion = 'us-east-1';
