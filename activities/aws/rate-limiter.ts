import { pause } from './activity-context.ts';

/** Lets callers of the same key through at even intervals, in the order in which they came. */
export interface RateLimiter {
  turn(key: string): Promise<void>;
}

export function rateLimiter(perSecond: number): RateLimiter {
  const interval = 1_000 / perSecond;
  const nextTurn = new Map<string, number>();
  return {
    async turn(key) {
      const now = Date.now();
      const mine = Math.max(now, nextTurn.get(key) ?? now);
      nextTurn.set(key, mine + interval);
      if (mine > now) await pause(mine - now);
    },
  };
}
