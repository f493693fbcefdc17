import { trailName } from '../../src/domain/alert/principal.ts';
import { globalEventsRegion } from '../../src/domain/cloudtrail/event-history.ts';
import { dotted, member, text } from '../../src/domain/cloudtrail/fields.ts';
import { readCloudTrail } from '../../src/domain/cloudtrail/record.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { isWithin, slotOf, unvouched, type Recorded } from '../../src/domain/findings/search-coverage.ts';
import type { Json } from '../../src/domain/json.ts';
import { heartbeat } from '../aws/activity-context.ts';
import { failure } from '../aws/failures.ts';
import { noted } from '../aws/witness.ts';
import { GatheredEvents } from '../cloudtrail/gathered.ts';
import { eventOf } from '../cloudtrail/trail-event.ts';
import { arrayIn, numberIn } from '../detection/answer.ts';
import type { AskSearch } from '../detection/search-http.ts';
import type { TrailSearchDetect } from './contract.ts';
import { namedResources } from './resources.ts';
import type { TrailEvent, TrailFacts } from '../../src/domain/findings/trail-facts.ts';

/** Where Filebeat and the AWS integration write CloudTrail's records. */
const usualIndices = ['filebeat-*', 'logs-aws.cloudtrail-*'];
/** Ten thousand calls: whoever makes more is told about as far as it goes. */
const defaultBudget = { page: 500, pages: 20 };
/** An index that is missing or closed does not stop the others; part of an answer is none. */
const options = 'ignore_unavailable=true&allow_no_indices=true&allow_partial_search_results=false';

type Question = Parameters<TrailSearchDetect['searchTrail']>[0];

/** Management events in Elasticsearch or OpenSearch. `recordOf`: the CloudTrail record that a document was made from. */
export function trailSearchDetect(
  ask: AskSearch,
  recordOf: (document: unknown) => unknown,
  indices = usualIndices,
  { page, pages } = defaultBudget,
): TrailSearchDetect {
  const path = `${indices.map(encodeURIComponent).join(',')}/_search?${options}`;
  const search = async (what: string, body: { [name: string]: Json }): Promise<unknown> => {
    const answer = await ask({ what, method: 'POST', path, body });
    noted({ call: 'search', query: { path, body }, answer });
    if (numberIn(answer, 'hits', 'total', 'value') !== undefined) return answer;
    const message = `${what}: that is no answer of a search engine; check detection.search.url`;
    throw failure(failureTypes.detectionRefused, message);
  };

  /** Newest first, page by page; true when the budget of pages ended before the events did. */
  async function read(question: Question, what: string, take: (event: TrailEvent) => void): Promise<boolean> {
    let after: Json | undefined;
    for (let left = pages; left > 0; left--) {
      const answer = await search(what, {
        query: { bool: { filter: [...ofAccount(question), ofActor(question)] } },
        sort: [
          { '@timestamp': { order: 'desc', unmapped_type: 'date' } },
          { 'event.id': { order: 'desc', unmapped_type: 'keyword' } },
        ],
        ...{ size: page, track_total_hits: true },
        ...(after === undefined ? {} : { search_after: after }),
      });
      const hits = arrayIn(answer, 'hits', 'hits');
      for (const hit of hits) {
        const event = eventIn(member(hit, '_source'), question, recordOf);
        if (event) take(event);
      }
      heartbeat({ left });
      after = member(hits.at(-1), 'sort') as Json | undefined;
      if (hits.length < page || after === undefined) return false;
    }
    return true;
  }

  return {
    async searchTrail(question) {
      const { accountId, region, attribute, from, to, keep, summarise } = question;
      const slot = slotOf(from, to);
      const recorded = recordedIn(
        await search(`searching for what is recorded of account ${accountId}`, {
          query: { bool: { filter: ofAccount(question) } },
          ...{ size: 0, track_total_hits: true, aggs: byRegion(slot) },
        }),
        slot,
      );
      const regions = [...new Set([region, globalEventsRegion])];
      const spans = unvouched({ from, to, regions }, recorded);
      const [vouched, rest] = [new GatheredEvents(keep), new GatheredEvents(keep)];
      const what = `searching for ${attribute.name} ${attribute.value}`;
      const truncated = await read(question, what, (event) => {
        (isWithin(event, spans) ? rest : vouched).add(event);
      });
      const facts = (gathered: GatheredEvents): TrailFacts => {
        const { summary, ...known } = gathered.facts();
        const found = { ...{ from, to, regions: Object.keys(recorded.regions).sort(), truncated, gaps: [] }, ...known };
        return summarise === true ? { ...found, summary } : found;
      };
      const newest = Object.values(recorded.regions).map((one) => one.newest);
      const recordedUntil = newest.sort().at(-1);
      return {
        ...{ vouched: facts(vouched), rest: facts(rest), unvouched: spans },
        ...(recordedUntil === undefined ? {} : { recordedUntil }),
      };
    },
  };
}

/** CloudTrail's management events of this time and account: LookupEvents has no others. */
const ofAccount = ({ accountId, from, to }: Question): Json[] => [
  { term: { 'event.dataset': 'aws.cloudtrail' } },
  { term: { 'aws.cloudtrail.recipient_account_id': accountId } },
  { bool: { must_not: [{ term: { 'aws.cloudtrail.event_category': 'Data' } }] } },
  { range: { '@timestamp': { gte: from, lte: to, format: 'strict_date_optional_time' } } },
];

/** By name: a user, or the name of a session, which ends the ARN; the pipeline writes a role's name over the latter. */
const ofActor = ({ attribute: { name, value } }: Question): Json =>
  name === 'AccessKeyId'
    ? { term: { 'aws.cloudtrail.user_identity.access_key_id': value } }
    : {
        bool: {
          should: [
            { term: { 'user.name': value } },
            { wildcard: { 'aws.cloudtrail.user_identity.arn': { value: `*/${value.replace(/[\\*?]/g, '\\$&')}` } } },
          ],
          minimum_should_match: 1,
        },
      };

const byRegion = (slot: number): Json => ({
  regions: {
    terms: { field: 'cloud.region', size: 100 },
    aggs: {
      newest: { max: { field: '@timestamp' } },
      slots: { date_histogram: { field: '@timestamp', fixed_interval: `${slot}ms`, min_doc_count: 1 } },
    },
  },
});

function recordedIn(answer: unknown, slot: number): Recorded {
  const regions = new Map<string, Recorded['regions'][string]>();
  for (const bucket of arrayIn(answer, 'aggregations', 'regions', 'buckets')) {
    const name = text(member(bucket, 'key'));
    const newest = numberIn(bucket, 'newest', 'value');
    if (name === undefined || newest === undefined) continue;
    const slots = arrayIn(bucket, 'slots', 'buckets').flatMap((one) => numberIn(one, 'key') ?? []);
    regions.set(name, { slots, newest: new Date(newest).toISOString() });
  }
  return { slot, regions: Object.fromEntries(regions) };
}

/** In the same form as CloudTrail's own answer; null: it is of somebody else, whose name looks alike. */
function eventIn(
  document: unknown,
  { attribute, region }: Question,
  recordOf: (document: unknown) => unknown,
): TrailEvent | null {
  const record = recordOf(document);
  const { principal } = readCloudTrail(record);
  if (attribute.name === 'Username' && trailName(principal) !== attribute.value) return null;
  const time = Date.parse(text(dotted(document, '@timestamp')) ?? '');
  if (Number.isNaN(time)) return null;
  return eventOf(record, region, {
    time: new Date(time).toISOString(),
    // What does not say that it only reads may have changed something.
    readOnly: text(member(record, 'readOnly')) === 'true',
    resources: namedResources(record),
  });
}
