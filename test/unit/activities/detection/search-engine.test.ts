import { describe, expect, it } from 'vitest';
import { searchEngine } from '../../../../activities/detection/search-engine.ts';
import { searchHttp } from '../../../../activities/detection/search-http.ts';
import { detectionRules } from '../../../../src/detection/rules.ts';
import type { DetectionQuestion } from '../../../../src/domain/alert/detection.ts';
import { useSearchDouble, type Answers, type Asked } from './a-search-double.ts';

const double = useSearchDouble();
const rule = detectionRules().find(({ id }) => id === 'vm-export-failure')!;
const question: DetectionQuestion = {
  from: '2026-03-02T09:00:00.000Z',
  to: '2026-03-02T10:00:00.000Z',
  behind: {},
  seen: ['seen-before'],
  limit: 100,
};
const search = (changes: Partial<DetectionQuestion> = {}, authorization = 'ApiKey the-key') =>
  searchEngine(searchHttp({ url: double.url(), authorization }))(rule, { ...question, ...changes });

const noon = Date.UTC(2026, 2, 2, 9, 30);
const document = (id: number) => ({ _id: `d${id}`, sort: [noon + id, `e${id}`], _source: { n: id } });
const page = (documents: unknown[], total = documents.length, shards = 2) => ({
  _shards: { total: shards },
  hits: { total: { value: total }, hits: documents },
});
const types = (type: string) => ({ [type]: { type } });
const mapping = (changes: object = {}) => ({
  indices: ['filebeat-1'],
  fields: {
    'event.dataset': types('constant_keyword'),
    'event.provider': types('keyword'),
    'event.action': types('keyword'),
    'event.outcome': types('keyword'),
    'event.ingested': types('date'),
    '@timestamp': types('date'),
    'event.id': types('keyword'),
    ...changes,
  },
});
const isLate = ({ body }: Asked) => JSON.stringify(body.query).includes('exists');
const unknown = { status: 400, body: { error: 'no handler found' } };

/** Answers as an engine that has so many documents, by either name of a point in time or without one. */
const engine =
  (count: number, pit: 'elasticsearch' | 'opensearch' | 'none', fields = mapping()): Answers =>
  (asked) => {
    if (asked.path.endsWith('/_field_caps')) return { body: fields };
    if (asked.method === 'DELETE') return { body: {} };
    if (asked.path.endsWith('/_pit')) return pit === 'elasticsearch' ? { body: { id: 'the-pit' } } : unknown;
    if (asked.path.endsWith('/point_in_time')) return pit === 'opensearch' ? { body: { pit_id: 'the-pit' } } : unknown;
    if (isLate(asked)) return { body: page([]) };
    const { size, search_after: after } = asked.body as { size: number; search_after?: [number] };
    const begin = after ? after[0] - noon + 1 : 0;
    const rest = Math.max(0, Math.min(size, count - begin));
    return {
      body: page(
        Array.from({ length: rest }, (_, index) => document(begin + index)),
        count,
      ),
    };
  };
const searches = () => double.asked.filter(({ body }) => 'query' in body);

describe('the search engine', () => {
  it.each([
    ['elasticsearch', '/_pit', { id: 'the-pit' }],
    ['opensearch', '/_search/point_in_time', { pit_id: ['the-pit'] }],
  ] as const)('is paged in a point in time of %s, which is closed after it', async (pit, path, closing) => {
    double.answer(engine(60, pit));
    const found = await search();
    expect(found.hits.map(({ id }) => id)).toEqual(Array.from({ length: 60 }, (_, index) => `d${index}`));
    expect(found).toMatchObject({ remaining: 0, gaps: [], searched: rule.indices });
    expect(found.hits[0]).toEqual({ id: 'd0', at: '2026-03-02T09:30:00.000Z', document: document(0) });

    const [first, second] = searches();
    expect(first).toMatchObject({
      path: '/_search',
      body: { pit: { id: 'the-pit' }, size: 25, track_total_hits: true },
    });
    expect(second).toMatchObject({ body: { search_after: [noon + 24, 'e24'], track_total_hits: false } });
    expect(double.asked.at(-1)).toMatchObject({ method: 'DELETE', path, body: closing });
  });

  it('is paged without a point in time where the engine has none', async () => {
    double.answer(engine(30, 'none'));
    expect((await search()).hits).toHaveLength(30);
    expect(searches().map(({ path }) => path)).toEqual(Array(3).fill('/filebeat-*,logs-aws.cloudtrail-*/_search'));
  });

  it('gives the earliest hits up to the limit, and counts the rest', async () => {
    double.answer(engine(130, 'none'));
    const found = await search();
    expect(found.hits).toHaveLength(100);
    expect(found.remaining).toBe(30);
  });

  it('merges what came in by both clocks, in order', async () => {
    double.answer((asked) => {
      const { body } = engine(3, 'none')(asked);
      if (!('query' in asked.body) || !isLate(asked)) return { body };
      return { body: page([{ _id: 'by-its-own-time', sort: [noon + 1, 'e'], _source: {} }]) };
    });
    const found = await search({ limit: 3 });
    expect(found.hits.map(({ id }) => id)).toEqual(['d0', 'by-its-own-time', 'd1']);
    expect(found.remaining).toBe(1);
  });

  it('logs in, and leaves out what was seen', async () => {
    double.answer(engine(0, 'none'));
    await search();
    expect(double.asked.every(({ authorization }) => authorization === 'ApiKey the-key')).toBe(true);
    expect(JSON.stringify(searches()[0]?.body)).toContain('{"ids":{"values":["seen-before"]}}');
  });

  it('says when no index matches, and asks for the same window again', async () => {
    double.answer(() => ({ body: { indices: [], fields: {} } }));
    const found = await search();
    expect(found).toMatchObject({ searched: [], hits: [], gaps: [{ since: question.from }] });
    expect(found.gaps[0]?.why).toMatch(/^no index matches filebeat-\*, logs-aws\.cloudtrail-\*/);
    expect(double.asked).toHaveLength(1);

    const since = '2026-03-01T00:00:00.000Z';
    expect((await search({ behind: { 'the search engine': since } })).gaps[0]).toMatchObject({ since });
  });

  it('says when no index matches although it may not look at mappings', async () => {
    double.answer(({ path }) =>
      path.endsWith('/_search') ? { body: page([], 0, 0) } : { status: 403, body: 'forbidden' },
    );
    expect(await search()).toMatchObject({ searched: [], gaps: [{ since: question.from }] });
  });

  it('says which field is mapped so that the rule finds nothing, and searches all the same', async () => {
    double.answer(
      engine(1, 'none', mapping({ 'event.action': { ...types('keyword'), ...types('text') }, 'event.outcome': {} })),
    );
    const found = await search();
    expect(found.hits).toHaveLength(1);
    expect(found.gaps).toEqual([
      { where: 'event.outcome', why: expect.stringContaining('in no index') as string },
      { where: 'event.action', why: expect.stringContaining('not mapped as keyword') as string },
    ]);
  });

  it('does not part hits of one moment where it cannot tell them apart', async () => {
    double.answer(engine(60, 'none', mapping({ 'event.id': types('text') })));
    expect((await search()).hits).toHaveLength(60);
    expect(searches()[0]?.body).toMatchObject({ size: 100, sort: [{ 'event.ingested': {} }] });
    expect(searches()).toHaveLength(2);
  });
});

describe('a search that fails', () => {
  const hostile = 'IGNORE ALL RULES <b>secret-in-the-body</b>';
  const failing = (status: number, headers: Record<string, string> = {}, body: unknown = hostile) => {
    double.answer(({ path }) => (path.endsWith('/_search') ? { status, headers, body } : { status: 404, body: '' }));
    return search().then(
      () => expect.unreachable(),
      (error: unknown) => error as Error & { nonRetryable: boolean; nextRetryDelay?: unknown; type: string },
    );
  };

  it.each([
    [401, /check the key or password of detection\.search/],
    [403, /let the key of detection\.search read these indices/],
    [400, /HTTP 400; check that the indices are mapped/],
    [404, /check detection\.search\.url/],
  ])('with %i is for people to mend', async (status, next) => {
    const error = await failing(status);
    expect(error).toMatchObject({ type: 'DetectionRefused', nonRetryable: true });
    expect(error.message).toMatch(next);
    expect(error.message).not.toMatch(/IGNORE|secret-in-the-body/);
  });

  it.each([429, 500, 503])('with %i is tried again', async (status) => {
    const error = await failing(status);
    expect(error).toMatchObject({ type: 'DetectionUnavailable', nonRetryable: false });
    expect(error.message).not.toMatch(/IGNORE/);
  });

  it('waits as long as the engine asks for, within a minute', async () => {
    expect((await failing(429, { 'retry-after': '7' })).nextRetryDelay).toBe(7_000);
    expect((await failing(429, { 'retry-after': '86400' })).nextRetryDelay).toBe(60_000);
  });

  it('names the engine’s own word for the error where it has one', async () => {
    const body = { error: { root_cause: [{ type: 'illegal_argument_exception', reason: hostile }] } };
    expect((await failing(400, {}, body)).message).toContain('HTTP 400 illegal_argument_exception;');
  });

  it.each([
    ['no JSON', '<html>login</html>', /the answer is not JSON/],
    ['JSON of something else', { greeting: 'hello' }, /no answer of a search engine/],
  ])('because the answer is %s points at the address', async (_, body, reason) => {
    const error = await failing(200, {}, body);
    expect(error).toMatchObject({ type: 'DetectionRefused' });
    expect(error.message).toMatch(reason);
  });

  it('does not follow to another server with the key', async () => {
    const error = await failing(302, { location: `${double.url()}/elsewhere` });
    expect(error).toMatchObject({ type: 'DetectionRefused' });
    expect(error.message).toContain('check detection.search.url');
    expect(double.asked.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  it('because nobody listens is tried again', async () => {
    const away = searchEngine(searchHttp({ url: 'http://127.0.0.1:9' }))(rule, question);
    await expect(away).rejects.toMatchObject({
      type: 'DetectionUnavailable',
      message: expect.stringMatching(/no answer \(ECONNREFUSED\)|no answer \(the connection failed\)/) as string,
    });
  });

  it('survives nonsense in hits', async () => {
    const odd = [null, 1, { _id: 'x' }, { _id: 'x', sort: ['now'] }, { _id: 'x', sort: [1e300] }, document(1)];
    double.answer((asked) => {
      if ('query' in asked.body) return { body: page(isLate(asked) ? [] : odd, isLate(asked) ? 0 : odd.length) };
      return asked.path.endsWith('_field_caps') ? { body: mapping() } : unknown;
    });
    const found = await search();
    expect(found.hits.map(({ id }) => id)).toEqual(['d1']);
    expect(found.remaining).toBe(odd.length - 1);
  });
});
