import type { TrailFacts } from '../../src/domain/facts.ts';
import type { AwsPlace } from '../ec2/contract.ts';

/** One LookupEvents attribute; CloudTrail takes one per query. */
export type TrailAttribute = { name: 'AccessKeyId' | 'Username' | 'ResourceName' | 'EventName'; value: string };

export interface CloudTrailObserve {
  /**
   * Management events of the window, newest first, from the Region and from us-east-1, where IAM, STS and sign-in events
   * are recorded. Within 2 requests/s and a budget of pages; `truncated` says when the budget ended first.
   */
  lookupTrail(
    input: AwsPlace & { attribute: TrailAttribute; from: string; to: string; keep: number },
  ): Promise<TrailFacts>;
}
