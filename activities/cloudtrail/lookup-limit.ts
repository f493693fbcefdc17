import { rateLimiter, type RateLimiter } from '../aws/rate-limiter.ts';

const limiters = new Map<number, RateLimiter>();

/** LookupEvents calls a second in each account and Region; one limiter for the process, whoever in it asks. */
export function lookupLimit(perSecond: number): RateLimiter {
  const limiter = limiters.get(perSecond) ?? rateLimiter(perSecond);
  limiters.set(perSecond, limiter);
  return limiter;
}

/** What AWS allows to all that ask there. */
export const twoPerSecond = lookupLimit(2);
