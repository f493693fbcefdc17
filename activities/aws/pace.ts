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
export type PacedSystem =
  'cloudwatch' | 'config' | 'ec2' | 'eventbridge' | 'iam' | 'organizations' | 's3' | 's3control' | 'ssm';

/** An attempt has a minute: what cannot begin within this is better tried again. */
const longestWaitMs = 20_000;
const limiterOf = (perSecond: number, burst: number): RateLimiter => rateLimiter(perSecond, burst, longestWaitMs);

/**
 * What one worker takes of an account, so that two of them leave half of it to everybody else's tools. EC2 refills 20
 * requests a second for each read and 5 for most changes, which are few here
 * (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html); EventBridge takes 50
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html). IAM publishes nothing: a guess. S3's limits are
 * thousands a second for each prefix: none here. Neither Config nor Organizations publishes any: guesses, and low ones.
 */
const limits = (): Record<PacedSystem, RateLimiter | null> => ({
  // GetMetricData alone, of which CloudWatch takes tens a second.
  cloudwatch: limiterOf(5, 20),
  config: limiterOf(2, 10),
  ec2: limiterOf(8, 40),
  eventbridge: limiterOf(12, 12),
  iam: limiterOf(10, 50),
  organizations: limiterOf(2, 10),
  s3: null,
  // AWS publishes nothing for these calls of S3's: a guess.
  s3control: limiterOf(10, 50),
  // Nothing is published for inventory: a guess.
  ssm: limiterOf(5, 25),
});

/**
 * One pace per system and account for all incidents of a worker: never above our share, and below it once AWS has asked for
 * fewer requests. The SDK's adaptive strategy learns that; clients share what it learnt, so that the call after a refused
 * one waits instead of being refused, too, whichever incident makes it.
 */
export function sharedPace(): Pace {
  const limiters = limits();
  const learnt = new Map<string, Client['config']['retryStrategy']>();
  return {
    keep(client, system, key) {
      const place = `${system} of ${key}`;
      const strategy = learnt.get(place) ?? client.config.retryStrategy;
      learnt.set(place, strategy);
      client.config.retryStrategy = strategy;
      const limiter = limiters[system];
      if (!limiter) return client;
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
