import type { IAMClient } from '@aws-sdk/client-iam';
import { rateLimiter, type RateLimiter } from './rate-limiter.ts';

/** Any client of the SDK, as far as this needs it. */
interface Client {
  config: { retryStrategy: IAMClient['config']['retryStrategy'] };
  middlewareStack: {
    addRelativeTo(
      middleware: never,
      options: { name: string; relation: 'after'; toMiddleware: 'retryMiddleware' },
    ): void;
  };
}

export interface Pace {
  /** Makes a client keep to the pace that all clients of the key share. */
  keep<C extends Client>(client: C, system: PacedSystem, key: string): C;
}
export type PacedSystem = keyof typeof limits | 's3';

/** Requests a second, where they are others than `limits` says. */
export type Paces = Partial<Record<keyof typeof limits, number>>;

/** An attempt has a minute: what cannot begin within this is better tried again. */
const longestWaitMs = 20_000;
/** Steady requests a second, and how many may go at once after a pause. */
type Limit = [perSecond: number, burst: number];

/**
 * What one worker takes of an account, so that two of them leave half of it to everybody else's tools. EC2 refills 20
 * requests a second for each read and 5 for most changes, which are few here
 * (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html); EventBridge takes 50
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html). IAM publishes nothing: a guess. S3's limits are
 * thousands a second for each prefix: none here. Neither Config nor Organizations publishes any: guesses, and low ones.
 */
const limits = {
  // GetMetricData alone, of which CloudWatch takes tens a second.
  cloudwatch: [5, 20],
  config: [2, 10],
  ec2: [8, 40],
  eventbridge: [12, 12],
  iam: [10, 50],
  organizations: [2, 10],
  // AWS publishes nothing for these calls of S3's: a guess.
  s3control: [10, 50],
  // Nothing is published for inventory: a guess.
  ssm: [5, 25],
} satisfies Record<string, Limit>;

const limiterOf = (system: keyof typeof limits, paces: Paces): RateLimiter => {
  const [usual, burst] = limits[system];
  const perSecond = paces[system] ?? usual;
  return rateLimiter(perSecond, Math.max(1, Math.round((burst * perSecond) / usual)), longestWaitMs);
};

/**
 * One pace per system and account for all incidents of a worker: never above our share, and below it once AWS has asked for
 * fewer requests. The SDK's adaptive strategy learns that; clients share what it learnt, so that the call after a refused
 * one waits instead of being refused, too, whichever incident makes it.
 */
export function sharedPace(paces: Paces = {}): Pace {
  const limiters = new Map<PacedSystem, RateLimiter>();
  const limiterFor = (system: keyof typeof limits): RateLimiter => {
    const limiter = limiters.get(system) ?? limiterOf(system, paces);
    limiters.set(system, limiter);
    return limiter;
  };
  const learnt = new Map<string, Client['config']['retryStrategy']>();
  return {
    keep(client, system, key) {
      const place = `${system} of ${key}`;
      const strategy = learnt.get(place) ?? client.config.retryStrategy;
      learnt.set(place, strategy);
      client.config.retryStrategy = strategy;
      if (system === 's3') return client;
      const limiter = limiterFor(system);
      const inTurn = (next: (args: unknown) => unknown) => async (args: unknown) => {
        await limiter.turn(place);
        return next(args);
      };
      client.middlewareStack.addRelativeTo(inTurn as never, {
        name: 'inTurn',
        relation: 'after',
        toMiddleware: 'retryMiddleware',
      });
      return client;
    },
  };
}
