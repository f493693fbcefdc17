import { failureTypes } from '../../src/domain/failures.ts';
import { pause } from './activity-context.ts';
import { backoff, failure } from './failures.ts';

/** Lets callers of the same key through at even intervals, in the order in which they came. */
export interface RateLimiter {
  turn(key: string): Promise<void>;
}

/**
 * After a pause, `burst` may go at once. Whoever would wait longer than `longestMs` fails as if AWS had asked for fewer
 * requests: Temporal tries again later, and an attempt does not run out of time in a queue.
 */
export function rateLimiter(perSecond: number, burst = 1, longestMs = Infinity): RateLimiter {
  const interval = 1_000 / perSecond;
  const nextTurn = new Map<string, number>();
  return {
    async turn(key) {
      const now = Date.now();
      const even = Math.max(now, nextTurn.get(key) ?? now);
      const wait = Math.max(0, even - (burst - 1) * interval - now);
      if (wait > longestMs) {
        const message = `too many requests wait for ${key}; it is tried again, later`;
        throw failure(failureTypes.throttled, message, { nextRetryDelay: backoff(1, wait) });
      }
      nextTurn.set(key, even + interval);
      if (wait > 0) await pause(wait);
    },
  };
}
