import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { beWitnessed } from '../../../../activities/aws/witness.ts';
import { cloudTrailObserve } from '../../../../activities/cloudtrail/observe.ts';
import { keepingEvidence, keepObserved } from '../../../../activities/evidence/observed.ts';
import { trailParts } from '../../../../activities/evidence/trail-parts.ts';
import { observeActivities } from '../../../../activities/observe.ts';
import { awsDouble, place } from '../aws-double.ts';
import type { TrailFacts } from '../../../../src/domain/findings/trail-facts.ts';

const pages = 24;
const from = '2026-03-02T09:00:00.000Z';
const question = {
  ...place,
  attribute: { name: 'AccessKeyId' as const, value: 'AKIA1' },
  ...{ from, to: '2026-03-02T11:00:00.000Z', keep: 20, summarise: true },
};

/** Two events of a page; every page holds what ends a JSON text where it is cut carelessly. */
const eventsOf = (region: string, page: number) =>
  [0, 1].map((n) => ({
    EventId: `${region}-${page}-${n}`,
    EventName: page % 7 === 0 ? 'RunInstances' : 'DescribeInstances',
    EventSource: 'ec2.amazonaws.com',
    EventTime: Date.parse(from) / 1000 + (pages - page) * 60 + n,
    ReadOnly: String(page % 7 !== 0),
    CloudTrailEvent: JSON.stringify({
      awsRegion: region,
      requestParameters: { password: 'a"b c\\', url: 'https://x/?X-Amz-Signature=abc"' },
      userIdentity: { arn: 'arn:aws:iam::111111111111:user/mallory' },
      sourceIPAddress: `192.0.2.${page}`,
    }),
  }));

/** CloudTrail over HTTP: 24 pages in eu-west-1, two in us-east-1. `asked` holds what it was asked for, as `Region/page`. */
let server: Server;
let folder: string;
let asked: string[];
let tokensEnd: boolean;
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const region = /\/(\w+-\w+-\d)\/cloudtrail\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const { NextToken } = JSON.parse(body) as { NextToken?: string };
      const page = Number(NextToken ?? 0);
      asked.push(`${region}/${page}`);
      const refused = tokensEnd && NextToken !== undefined && region === 'eu-west-1';
      if (refused) tokensEnd = false;
      const more = page + 1 < (region === 'us-east-1' ? 2 : pages) ? { NextToken: String(page + 1) } : {};
      response.writeHead(refused ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
      const answer = refused ? { __type: 'InvalidNextTokenException' } : { Events: eventsOf(region, page), ...more };
      response.end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-resume-'));
  asked = [];
  tokensEnd = false;
  return () => rm(folder, { recursive: true });
});

interface Attempt {
  dies?: number;
  details?: unknown;
  budget?: number;
  store?: string;
}

/** An attempt; one that dies does so when it would ask for that page of eu-west-1, and leaves what it heartbeat last. */
async function attempt({ dies = Infinity, details, budget = 100, store = folder }: Attempt = {}) {
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  let turns = 0;
  const limiter = {
    // The killed attempt asks for nothing any more, and nobody hears of it.
    turn: (key: string) =>
      key.endsWith('eu-west-1') && turns++ >= dies ? Promise.reject(new Error('killed')) : Promise.resolve(),
  };
  const { clients } = awsDouble({});
  const cloudtrail = ({ region }: { region: string }) =>
    beWitnessed(new CloudTrailClient({ region, endpoint, credentials }), 'cloudtrail');
  const trail = cloudTrailObserve({ ...clients, cloudtrail }, budget, limiter, trailParts({ folder: store }));
  const observe = keepingEvidence({ ...observeActivities(clients), ...trail }, keepObserved({ folder }));
  const environment = new MockActivityEnvironment({
    workflowExecution: { workflowId: 'ec2-vm-export/111111111111/eu-west-1/export-i-1', runId: 'r' },
    heartbeatDetails: details,
  });
  let last = details;
  environment.on('heartbeat', (told: unknown) => (last = structuredClone(told)));
  const facts = await environment
    .run<[], TrailFacts, () => Promise<TrailFacts>>(() => observe.lookupTrail(question))
    .catch(() => null);
  return { facts, details: last };
}

/** What it found, without where its evidence lies. */
const found = ({ facts }: { facts: TrailFacts | null }) => ({ ...facts, evidence: undefined });
const inEurope = () => asked.filter((page) => page.startsWith('eu-west-1')).map((page) => Number(page.split('/')[1]));
const pagesFrom = (first: number) => Array.from({ length: pages - first }, (_, n) => first + n);
const partsIn = async (where: string) =>
  (await readdir(where, { recursive: true })).filter((name) => /trail-parts\/.*\.json$/.test(name));

describe('a lookup that a worker died in', () => {
  it('goes on behind the pages that were kept, and finds what one attempt would have found', async () => {
    const whole = await attempt();
    asked = [];
    const killed = await attempt({ dies: 15 });
    expect([killed.facts, inEurope().length]).toEqual([null, 15]);
    // Small, and no event and no token in it.
    expect(killed.details).toEqual({
      ...{ region: expect.any(String) as string, left: expect.any(Number) as number },
      parts: { [`eu-west-1 ${question.from} ${question.to}`]: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    });

    asked = [];
    const second = await attempt({ details: killed.details });
    expect(inEurope()).toEqual(pagesFrom(10));
    expect(found(second)).toEqual(found(whole));
    expect(second.facts).toMatchObject({ total: 2 * pages + 4, truncated: false, gaps: [] });
  });

  it('keeps all pages in the document of its answer, those of every attempt', async () => {
    const first = await attempt({ dies: 12 });
    const second = await attempt({ dies: 13, details: first.details });
    asked = [];
    const { facts } = await attempt({ details: second.details });
    expect(inEurope()).toEqual(pagesFrom(20));
    const document = JSON.parse(await readFile(fileURLToPath(facts?.evidence?.[0]?.uri ?? ''), 'utf8')) as {
      answers: { query: { NextToken?: string }; answer: { Events: { EventId: string; CloudTrailEvent: string }[] } }[];
    };
    const events = document.answers.flatMap(({ answer }) => answer.Events);
    expect(new Set(events.map(({ EventId }) => EventId)).size).toBe(facts?.total);
    expect(JSON.stringify(document)).not.toMatch(/a\\\\\\"b|Signature=abc/);
    for (const { CloudTrailEvent } of events) expect(() => JSON.parse(CloudTrailEvent) as unknown).not.toThrow();
  });

  it('has the budget of one lookup for all attempts', async () => {
    const { details } = await attempt({ dies: 15, budget: 18 });
    asked = [];
    expect((await attempt({ details, budget: 18 })).facts).toMatchObject({ truncated: true, total: 2 * 18 + 4 });
    expect(inEurope()).toEqual(pagesFrom(10).slice(0, 8));
  });

  it('begins anew where CloudTrail does not take the token any more', async () => {
    const whole = await attempt();
    const { details } = await attempt({ dies: 15 });
    asked = [];
    tokensEnd = true;
    const second = await attempt({ details });
    expect(inEurope()).toEqual([10, ...pagesFrom(0)]);
    expect(found(second)).toEqual(found(whole));
  });

  it.each([
    ['is gone', (part: string) => rm(part)],
    ['has another content', (part: string) => writeFile(part, '{"answers":[]}')],
  ])('begins anew where a part of it %s', async (_, spoil) => {
    const { details } = await attempt({ dies: 15 });
    const [part = ''] = await partsIn(folder);
    await spoil(join(folder, part));
    asked = [];
    expect((await attempt({ details })).facts).toMatchObject({ total: 2 * pages + 4, gaps: [] });
    expect(inEurope()).toEqual(pagesFrom(0));
  });

  it('begins anew where no part could be kept, and where what was told is no digest', async () => {
    const { details } = await attempt({ dies: 15, store: '/dev/null/nowhere' });
    expect(details).toMatchObject({ parts: {} });
    const parts = { [`eu-west-1 ${question.from} ${question.to}`]: '../../elsewhere' };
    for (const told of [details, { parts }, 'nonsense']) {
      asked = [];
      expect((await attempt({ details: told })).facts).toMatchObject({ total: 2 * pages + 4 });
      expect(inEurope()).toEqual(pagesFrom(0));
    }
  });
});
