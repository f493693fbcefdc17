import { fieldsOf, member } from '../../src/domain/cloudtrail/fields.ts';
import { clocks, conditionFields, searchQuery, type Clock } from '../../src/domain/alert/detection-query.ts';
import type { DetectionGap, DetectionQuestion, DetectionRule } from '../../src/domain/alert/detection.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import type { Json } from '../../src/domain/json.ts';
import { failure, isFailure } from '../aws/failures.ts';
import { arrayIn, numberIn, textIn } from './answer.ts';
import type { AskSearch } from './search-http.ts';
import { earliest, type DetectionSource, type Found, type Hit } from './source.ts';

/** Documents are long, up to a megabyte each: an answer holds a few. */
const pageSize = 25;
const where = 'the search engine';
/** An index that is missing or closed does not stop the others; part of an answer is none. */
const lenient = 'ignore_unavailable=true&allow_no_indices=true';
const whole = 'allow_partial_search_results=false';

/** Elasticsearch 8 and 9, OpenSearch 2 and 3. */
export function searchEngine(ask: AskSearch, indices?: string[]): DetectionSource {
  return async (rule, question) => {
    const patterns = indices ?? rule.indices;
    const target = patterns.map(encodeURIComponent).join(',');
    const from = question.behind[where] ?? question.from;
    const window = { ...question, from };

    const nothing: Found = {
      searched: [],
      hits: [],
      remaining: 0,
      gaps: [{ where, why: `no index matches ${patterns.join(', ')}, or the key may not see it`, since: from }],
    };

    const mapping = await readMapping(ask, rule, target, patterns);
    if (mapping.indices.length === 0) return nothing;
    const view = await openView(ask, target);
    try {
      const found = [];
      for (const clock of clocks) found.push(await searchBy(ask, { rule, window, clock, view, tie: mapping.tie }));
      if (found.every(({ shards }) => shards === 0)) return nothing;
      return { ...merged(found, question.limit), searched: patterns, gaps: mapping.gaps };
    } finally {
      await view.close();
    }
  };
}

/** Each list is complete up to the limit, so the earliest of both are the earliest of all. */
function merged(found: { hits: Hit[]; total: number }[], limit: number): Pick<Found, 'hits' | 'remaining'> {
  const { hits } = earliest(
    found.map((one) => one.hits),
    limit,
  );
  return { hits, remaining: found.reduce((sum, { total }) => sum + total, 0) - hits.length };
}

interface Mapping {
  /** Empty: none matches. */
  indices: string[];
  /** Whether hits of the same moment can be told apart in their order. */
  tie: boolean;
  gaps: DetectionGap[];
}

const keywords = ['keyword', 'constant_keyword', 'wildcard'];
const dates = ['date', 'date_nanos'];

/**
 * How the indices map what the rule looks for. A text field finds nothing that looks like a name: that is said, because the
 * search itself would answer with no hits and no error.
 */
async function readMapping(ask: AskSearch, rule: DetectionRule, target: string, patterns: string[]): Promise<Mapping> {
  const needed = conditionFields(rule.condition).map(([field]) => field);
  const fields = [...needed, ...clocks, 'event.id'];
  const answer = await unlessRefused(
    ask({
      what: `reading the mapping of ${patterns.join(', ')}`,
      method: 'GET',
      path: `${target}/_field_caps?fields=${fields.join(',')}&${lenient}`,
    }),
  );
  // A key that may search and not look at mappings: go on without knowing.
  if (answer === null) return { indices: patterns, tie: false, gaps: [] };

  const types = (field: string) => Object.keys(fieldsOf(member(answer, 'fields', field)) ?? {});
  const wrong = (field: string, right: string[]): DetectionGap[] => {
    const others = types(field).filter((type) => !right.includes(type) && type !== 'unmapped');
    if (others.length === 0) return [];
    return [{ where: field, why: `is not mapped as ${right[0] ?? ''} in every index; what lies there is not found` }];
  };
  const absent = needed.filter((field) => types(field).length === 0);
  return {
    indices: arrayIn(answer, 'indices').filter((name) => typeof name === 'string'),
    tie: types('event.id').length > 0 && wrong('event.id', keywords).length === 0,
    gaps: [
      ...absent.map((field) => ({ where: field, why: 'is in no index: this rule can find nothing' })),
      ...needed.flatMap((field) => wrong(field, keywords)),
      ...clocks.flatMap((field) => wrong(field, dates)),
    ],
  };
}

/** What is searched: the indices as they are now, or as they were when the search began, where the engine can hold that. */
interface View {
  path: string;
  body: { [key: string]: Json };
  close: () => Promise<void>;
}

/** Each engine has a name of its own for it, and keys may lack the permission: without it, pages are searched one by one. */
async function openView(ask: AskSearch, target: string): Promise<View> {
  const what = 'opening a point in time';
  const keep = `keep_alive=1m&${lenient}`;
  const elastic = textIn(await unlessRefused(ask({ what, method: 'POST', path: `${target}/_pit?${keep}` })), 'id');
  if (elastic !== undefined) return pointInTime(ask, elastic, '_pit', { id: elastic });
  const path = `${target}/_search/point_in_time?${keep}`;
  const openSearch = textIn(await unlessRefused(ask({ what, method: 'POST', path })), 'pit_id');
  if (openSearch !== undefined) return pointInTime(ask, openSearch, '_search/point_in_time', { pit_id: [openSearch] });
  return { path: `${target}/_search?${lenient}&${whole}`, body: {}, close: () => Promise.resolve() };
}

function pointInTime(ask: AskSearch, id: string, path: string, body: Json): View {
  return {
    path: `_search?${whole}`,
    body: { pit: { id, keep_alive: '1m' } },
    close: async () => {
      // It ends by itself after a minute.
      await ask({ what: 'closing the point in time', method: 'DELETE', path, body }).catch(() => undefined);
    },
  };
}

/** All pages up to the limit, by one clock, earliest first. */
async function searchBy(
  ask: AskSearch,
  options: { rule: DetectionRule; window: DetectionQuestion; clock: Clock; view: View; tie: boolean },
): Promise<{ hits: Hit[]; total: number; shards: number }> {
  const { rule, window, clock, view, tie } = options;
  const hits: Hit[] = [];
  let total = 0;
  let after: Json | undefined;
  for (;;) {
    // Elasticsearch breaks ties in a point in time itself. Where nothing does, pages could part hits of one moment.
    const size = Math.min(tie ? pageSize : window.limit, window.limit - hits.length);
    const what = `searching for ${rule.id}`;
    const answer = await ask({
      what,
      method: 'POST',
      path: view.path,
      body: {
        ...view.body,
        query: searchQuery(rule.condition, clock, window, window.seen),
        size,
        sort: [
          { [clock]: { order: 'asc', unmapped_type: 'date', numeric_type: 'date' } },
          ...(tie ? [{ 'event.id': { order: 'asc', unmapped_type: 'keyword' } }] : []),
        ],
        // Counted once: the rest of the pages is of the same view.
        track_total_hits: after === undefined,
        ...(after === undefined ? {} : { search_after: after }),
      },
    });
    const shards = numberIn(answer, '_shards', 'total');
    if (shards === undefined) {
      const message = `${what}: that is no answer of a search engine; check detection.search.url`;
      throw failure(failureTypes.detectionRefused, message);
    }
    const page = arrayIn(answer, 'hits', 'hits');
    if (after === undefined) total = numberIn(answer, 'hits', 'total', 'value') ?? 0;
    hits.push(...page.flatMap(hitOf));
    after = member(page.at(-1), 'sort') as Json | undefined;
    if (page.length < size || hits.length >= window.limit || after === undefined) {
      return { hits, total: Math.max(total, hits.length), shards };
    }
  }
}

function hitOf(found: unknown): Hit[] {
  const id = textIn(found, '_id');
  const time = arrayIn(found, 'sort')[0];
  if (id === undefined || typeof time !== 'number' || Number.isNaN(new Date(time).getTime())) return [];
  return [{ id, at: new Date(time).toISOString(), document: found }];
}

async function unlessRefused<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    if (isFailure(error, failureTypes.detectionRefused)) return null;
    throw error;
  }
}
