import type { Span } from '../../src/domain/findings/search-coverage.ts';
import type { TrailAttribute } from '../cloudtrail/contract.ts';
import type { AwsPlace } from '../ec2/contract.ts';
import type { TrailFacts } from '../../src/domain/findings/trail-facts.ts';
import type { Kept } from '../../src/domain/findings/kept.ts';

/** What an engine tells of one actor, and how far that is all there is. */
export interface SearchedTrail extends Kept {
  /** Every event of the time for which the engine vouches, of all Regions. */
  vouched: TrailFacts;
  /** What it has of the rest, where calls may be missing. */
  rest: TrailFacts;
  /** That rest: what CloudTrail itself has to be asked about. */
  unvouched: Span[];
  /** The account's newest event that the engine has; absent: it has none in this time. */
  recordedUntil?: string;
}

/** Management events where a search engine keeps them: all Regions in one question, for as long as it keeps them. */
export interface TrailSearchDetect {
  searchTrail(
    input: AwsPlace & {
      attribute: TrailAttribute & { name: 'AccessKeyId' | 'Username' };
      from: string;
      to: string;
      keep: number;
      summarise?: boolean;
    },
  ): Promise<SearchedTrail>;
}
