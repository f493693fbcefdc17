const day = 86_400_000;

/** For so long CloudTrail keeps its event history, which every account has: 90 days, in milliseconds. */
export const eventHistory = 90 * day;
