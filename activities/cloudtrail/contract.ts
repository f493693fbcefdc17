import type { Span } from '../../src/domain/findings/search-coverage.ts';
import type { AwsPlace } from '../ec2/contract.ts';
import type { TrailFacts } from '../../src/domain/findings/trail-facts.ts';

/** One LookupEvents attribute; CloudTrail takes one per query. */
export type TrailAttribute = { name: 'AccessKeyId' | 'Username' | 'ResourceName' | 'EventName'; value: string };

/** Where and when, `keep` events at most; `pages` of 50 per Region, where the usual budget is too small. */
type Window = AwsPlace & { from: string; to: string; keep: number; pages?: number };

export interface CloudTrailObserve {
  /**
   * Management events of the window, newest first, from the Region and from us-east-1, where IAM, STS and sign-in events
   * are recorded. Within 2 requests/s and a budget of pages; `truncated` says when the budget ended first. `summarise`:
   * with all of them in figures. `spans`: these stretches of these Regions alone.
   */
  lookupTrail(input: Window & { attribute: TrailAttribute; summarise?: boolean; spans?: Span[] }): Promise<TrailFacts>;

  /**
   * The same for calls of these names by anybody in the account. `covering`: an answer that another incident has just got
   * will do if it reaches up to this moment.
   */
  lookupCalls(input: Window & { names: string[]; covering?: string }): Promise<TrailFacts>;

  /** The buckets that the account's trails write to, those of the organisation's trails included. */
  trailBuckets(input: AwsPlace): Promise<string[]>;
}
