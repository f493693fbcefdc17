import { beforeEach, describe, expect, it } from 'vitest';
import { detectActivities } from '../../activities/detection/detect.ts';
import { searchEngine } from '../../activities/detection/search-engine.ts';
import { searchHttp } from '../../activities/detection/search-http.ts';
import { detectionRules } from '../../src/detection/rules.ts';
import { hitTaker } from '../../src/detection/take-hit.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { nextQuestion, runOf } from '../../src/domain/alert/detection-window.ts';
import type { DetectionRun, DetectionState } from '../../src/domain/alert/detection.ts';
import type { Json } from '../../src/domain/json.ts';
import { fixture } from '../support/fixtures.ts';
import { useSearchNode } from '../support/search-node.ts';

const node = useSearchNode();
const refused = fixture('ecs/export-failure-flattened');
const done = fixture('ecs/export-success-java-map');

const keyword = { type: 'keyword' } as const;
const date = { type: 'date' } as const;
/** Fields as Filebeat maps them: names are keywords, times dates, and parameters whole objects of keywords. */
const mappings: Json = {
  dynamic: false,
  properties: {
    '@timestamp': date,
    event: {
      properties: {
        dataset: keyword,
        provider: keyword,
        action: keyword,
        outcome: keyword,
        id: keyword,
        ingested: date,
      },
    },
    aws: {
      properties: {
        cloudtrail: {
          properties: {
            request_parameters: { type: 'keyword', ignore_above: 1024 },
            flattened: {
              properties: { request_parameters: { type: 'flat_object' }, response_elements: { type: 'flat_object' } },
            },
          },
        },
      },
    },
  },
};

let made = 0;
interface Shape {
  minutesAgo: number;
  /** Absent: nothing says when it came in. */
  ingestedMinutesAgo?: number;
  from?: object;
  id?: string;
  outcome?: string;
}
const now = Date.UTC(2026, 2, 2, 12);
const minutes = (count: number) => new Date(now - count * 60_000).toISOString();
const anEvent = ({ minutesAgo, ingestedMinutesAgo, from = refused, id = `e${++made}`, outcome }: Shape) => ({
  ...from,
  '@timestamp': minutes(minutesAgo),
  event: {
    ...(from as { event: object }).event,
    id,
    ...(outcome === undefined ? {} : { outcome }),
    ...(ingestedMinutesAgo === undefined ? {} : { ingested: minutes(ingestedMinutesAgo) }),
  },
});
const prompt = (minutesAgo: number, changes: Partial<Shape> = {}) =>
  anEvent({ minutesAgo, ingestedMinutesAgo: minutesAgo - 1, ...changes });
const index = async (documents: object[], name = 'filebeat-8') => {
  for (const document of documents) await node().ask('POST', `${name}/_doc`, document as Json);
  await node().ask('POST', `${name}/_refresh`);
};

let opened: Alert[] = [];
/** A run of a rule at so many minutes before noon, after another run. */
async function run(ruleId: string, minutesAgo: number, state: DetectionState | null = null): Promise<DetectionRun> {
  const rule = detectionRules().find(({ id }) => id === ruleId)!;
  const take = hitTaker({
    open: (alert) => {
      opened.push(alert);
      return Promise.resolve({ incidentKey: '', workflowId: '', result: 'opened' });
    },
    keepUnread: () => Promise.resolve(),
  });
  const worker = detectActivities({ rules: [rule], source: searchEngine(searchHttp({ url: node().url })), take });
  const order = { ruleId, lookback: rule.lookback, limit: rule.maxAlerts };
  const question = nextQuestion(order, state, now - minutesAgo * 60_000);
  return runOf(order, question, await worker.detect({ ruleId, question }), state);
}
const ids = () => opened.map(({ eventId }) => eventId);

beforeEach(async () => {
  opened = [];
  await node().ask('DELETE', '_all');
});

describe('a search engine', () => {
  it('that has no index yet is said to see nothing, and is asked for that time again', async () => {
    const blind = await run('vm-export-failure', 10);
    expect(blind).toMatchObject({ searched: [], hits: 0, gaps: [{ where: 'the search engine', since: minutes(70) }] });
    await node().ask('PUT', 'filebeat-8', { mappings });
    await index([prompt(69, { id: 'early' })]);
    expect(await run('vm-export-failure', 0, blind.state)).toMatchObject({ hits: 1, gaps: [] });
    expect(ids()).toEqual(['early']);
  });

  describe('with indices like Filebeat’s', () => {
    beforeEach(async () => {
      await node().ask('PUT', 'filebeat-8', { mappings });
      await node().ask('PUT', 'logs-aws.cloudtrail-default', { mappings });
    });

    it('finds what the rule of the record means, and nothing else', async () => {
      await index([
        prompt(30, { id: 'meant' }),
        prompt(30, { id: 'succeeded', from: done }),
        { ...prompt(30), event: { ...prompt(30).event, action: 'RunInstances' } },
        { ...prompt(30), event: { ...prompt(30).event, dataset: 'aws.s3access' } },
        prompt(90, { id: 'too-early' }),
      ]);
      await index([prompt(20, { id: 'of-the-integration' })], 'logs-aws.cloudtrail-default');
      await node().ask('PUT', 'other', { mappings });
      await index([prompt(20, { id: 'elsewhere' })], 'other');
      expect(await run('vm-export-failure', 0)).toMatchObject({ hits: 2, opened: 2, remaining: 0, gaps: [] });
      expect(ids()).toEqual(['meant', 'of-the-integration']);
      expect(opened[0]).toMatchObject({
        outcome: 'failure',
        instanceId: 'i-0123456789abcdef0',
        bucket: 'acme-vm-exports',
        arrival: { door: 'detection', rule: 'AWS EC2 VM Export Failure' },
      });

      opened = [];
      await run('export-task', 0);
      expect(ids()).toEqual(['succeeded']);
    });

    it('finds an event that arrived hours late, once', async () => {
      const first = await run('vm-export-failure', 10);
      await index([anEvent({ minutesAgo: 400, ingestedMinutesAgo: 5, id: 'late' })]);
      const second = await run('vm-export-failure', 0, first.state);
      expect(second).toMatchObject({ hits: 1 });
      expect(await run('vm-export-failure', -10, second.state)).toMatchObject({ hits: 0 });
      expect(ids()).toEqual(['late']);
    });

    it('takes an event by its own time where nothing says when it came in', async () => {
      await index([
        anEvent({ minutesAgo: 30, id: 'plain' }),
        prompt(40, { id: 'stamped' }),
        prompt(20, { id: 'last' }),
      ]);
      await run('vm-export-failure', 0);
      expect(ids()).toEqual(['stamped', 'plain', 'last']);
    });

    it('gives a hundred of more, pages that share a moment included, and the rest to the next run', async () => {
      const documents = Array.from({ length: 130 }, (_, count) =>
        prompt(50 - Math.floor(count / 40), { id: `m${count}` }),
      );
      const lines = documents.flatMap((document) => [JSON.stringify({ index: {} }), JSON.stringify(document)]);
      await fetch(`${node().url}/filebeat-8/_bulk?refresh=true`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: `${lines.join('\n')}\n`,
      });
      const first = await run('vm-export-failure', 0);
      expect(first).toMatchObject({ hits: 100, remaining: 30 });
      const second = await run('vm-export-failure', -10, first.state);
      expect(second).toMatchObject({ hits: 30, remaining: 0 });
      expect(new Set(ids())).toEqual(new Set(documents.map(({ event }) => event.id)));
      expect(ids()).toHaveLength(130);
      expect(await run('vm-export-failure', -20, second.state)).toMatchObject({ hits: 0 });
    });

    it('refuses a document that says too little, and opens its neighbours', async () => {
      const { event } = prompt(30);
      await index([
        { '@timestamp': minutes(30), event: { ...event, ingested: minutes(29) } },
        prompt(25, { id: 'fine' }),
      ]);
      expect(await run('vm-export-failure', 0)).toMatchObject({ hits: 2, opened: 1, refused: 1 });
      expect(ids()).toEqual(['fine']);
    });
  });

  it('whose index maps names as text is said to miss them', async () => {
    await node().ask('PUT', 'filebeat-8', { mappings });
    await index([prompt(30, { id: 'found' })]);
    // As the engine maps a name that nobody has told it about.
    await index([prompt(30)], 'filebeat-by-hand');
    const found = await run('vm-export-failure', 0);
    expect(ids()).toEqual(['found']);
    expect(found.gaps.map(({ where }) => where)).toContain('event.action');
  });
});
