import { mergedTrails } from './merged-trails.ts';
import type { TrailFacts } from './trail-facts.ts';

/** What an engine told, and CloudTrail of the time for which the engine cannot vouch; null: it could not be asked. */
export interface Told {
  vouched: TrailFacts;
  /** What the engine has of the time for which it cannot vouch. */
  rest: TrailFacts;
  recordedUntil?: string;
  /** Since when anybody can vouch, where that is not the whole window. */
  since?: string;
  /** Absent: there was nothing to ask. */
  lookedUp?: TrailFacts | null;
}

/** One trail of both. Where CloudTrail did not answer, what the engine has is taken, and said to be incomplete. */
export function trailOf({ vouched, rest, recordedUntil, since, lookedUp }: Told, keep: number): TrailFacts {
  const merged = mergedTrails(vouched, lookedUp ?? rest, keep);
  const until =
    recordedUntil === undefined ? 'which has none of this account' : `which has events until ${recordedUntil}`;
  return {
    ...merged,
    ...(since === undefined ? {} : { from: since }),
    toldBy: `search engine, ${until}${lookedUp ? ', and CloudTrail for the rest' : ''}`,
    gaps:
      lookedUp === null
        ? [...merged.gaps, { what: 'CloudTrail', why: 'it did not tell what the search engine may lack' }]
        : merged.gaps,
  };
}
