import type { TrailSearchDetect } from '../../activities/trail-search/contract.ts';
import { askable } from '../../src/domain/findings/search-coverage.ts';
import { trailOf } from '../../src/domain/findings/searched-trail.ts';
import { lookupTrail, searchTrail } from '../activities.ts';
import { observed } from './observed.ts';
import { now, type IncidentRecord } from './record.ts';
import type { TrailFacts } from '../../src/domain/findings/trail-facts.ts';

type Question = Parameters<TrailSearchDetect['searchTrail']>[0] & { pages?: number };

/**
 * What an actor did, by the search engine first: it answers for all Regions at once and is not held to two requests a
 * second. CloudTrail is asked for the time for which the engine cannot vouch, and for all of it where the engine is away.
 */
export async function searchThenLookUp(
  record: IncidentRecord,
  what: string,
  { pages, ...question }: Question,
): Promise<TrailFacts | null> {
  const lookup = { ...question, ...(pages === undefined ? {} : { pages }) };
  const told = record.searchAway
    ? null
    : await observed(record, `${what}, by the search engine`, searchTrail(question));
  if (!told) {
    // An engine, or a detect worker, that is away would be waited for at each of a dozen questions.
    record.searchAway = true;
    return observed(record, what, lookupTrail(lookup));
  }
  const { vouched, rest, unvouched, recordedUntil, evidence, notKept } = told;
  const { spans, since } = askable(unvouched, now());
  const lookedUp = spans.length === 0 ? undefined : await observed(record, what, lookupTrail({ ...lookup, spans }));
  return trailOf(
    {
      vouched: { ...vouched, ...(evidence ? { evidence } : {}), ...(notKept === undefined ? {} : { notKept }) },
      rest,
      ...(recordedUntil === undefined ? {} : { recordedUntil }),
      ...(since === undefined ? {} : { since }),
      ...(lookedUp === undefined ? {} : { lookedUp }),
    },
    question.keep,
  );
}
