import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beWitnessed, witnessed } from '../../../../activities/aws/witness.ts';
import { cloudTrailObserve } from '../../../../activities/cloudtrail/observe.ts';
import { dataEventsDetect } from '../../../../activities/data-events/search.ts';
import {
  keepingSearched,
  keepingEvidence,
  keepObserved,
  type KeepObserved,
} from '../../../../activities/evidence/observed.ts';
import { observeActivities, type ObserveActivities } from '../../../../activities/observe.ts';
import { digestOf, sha256Hex } from '../../../../src/domain/digest.ts';
import type { SearchedTrail } from '../../../../activities/trail-search/contract.ts';
import { trailSearchDetect } from '../../../../activities/trail-search/search.ts';
import { incidentKey } from '../../../../src/domain/names.ts';
import { awsDouble, place } from '../aws-double.ts';
import type { TrailFacts } from '../../../../src/domain/findings/trail-facts.ts';
import type { DataEventFacts } from '../../../../src/domain/findings/read-facts.ts';
import type { Kept } from '../../../../src/domain/findings/kept.ts';

const workflowId = 'ec2-vm-export/111111111111/eu-west-1/export-i-1';
const token = 'FwoGZXIvYXdzEXAMPLEsessiontoken';
const record = { eventID: 'e-1', responseElements: { credentials: { accessKeyId: 'ASIA1', sessionToken: token } } };

/** CloudTrail over HTTP: it lists one event for each key, and refuses one key. */
let server: Server;
let folder: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const key = (JSON.parse(body) as { LookupAttributes: { AttributeValue: string }[] }).LookupAttributes[0]
        ?.AttributeValue;
      const refused = key === 'AKIAREFUSED';
      response.writeHead(refused ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
      const event = { EventId: 'e-1', EventName: `By${key ?? ''}`, CloudTrailEvent: JSON.stringify(record) };
      response.end(JSON.stringify(refused ? { __type: 'AccessDeniedException' } : { Events: [event] }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  folder = await mkdtemp(join(tmpdir(), 'soar-observed-'));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const activities = (keep: KeepObserved): ObserveActivities => {
  const { clients } = awsDouble({});
  const { port } = server.address() as AddressInfo;
  const cloudtrail = beWitnessed(
    new CloudTrailClient({
      region: place.region,
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    }),
    'cloudtrail',
  );
  const trail = cloudTrailObserve({ ...clients, cloudtrail: () => cloudtrail }, 1, { turn: () => Promise.resolve() });
  return keepingEvidence({ ...observeActivities(clients), ...trail }, keep);
};
const lookup = (value: string) => ({
  ...place,
  region: 'us-east-1',
  ...{ attribute: { name: 'AccessKeyId' as const, value }, from: '2026-03-02T09:00:00Z', to: '2026-03-02T11:00:00Z' },
  keep: 10,
});
const asking = (keep: KeepObserved, ...keys: string[]): Promise<TrailFacts[]> => {
  const environment = new MockActivityEnvironment({ workflowExecution: { workflowId, runId: 'r' } });
  const observe = activities(keep);
  return environment.run(() => Promise.all(keys.map((key) => observe.lookupTrail(lookup(key)))));
};

interface Document {
  source: string;
  question: { attribute: { value: string } };
  answers: { at: string; call: string; query: object; answer?: { Events: object[] }; error?: string }[];
}
const documentOf = async (facts: TrailFacts | undefined): Promise<{ text: string; document: Document }> => {
  const text = await readFile(fileURLToPath(facts?.evidence?.[0]?.uri ?? ''), 'utf8');
  return { text, document: JSON.parse(text) as Document };
};

describe('what the search engine answered', () => {
  const question = {
    ...place,
    bucket: 'exports',
    key: 'a.ova',
    from: '2026-03-02T10:00:00Z',
    to: '2026-03-02T12:00:00Z',
  };

  it('is kept with the search that was sent', async () => {
    const answer = { hits: { total: { value: 0 }, hits: [] } };
    const ask = () => Promise.resolve(answer);
    const detect = keepingSearched(
      { ...dataEventsDetect(ask), ...trailSearchDetect(ask, () => null) },
      keepObserved({ folder }),
    );
    const environment = new MockActivityEnvironment({ workflowExecution: { workflowId, runId: 'r' } });
    const facts: DataEventFacts = await environment.run(() => detect.searchObjectReads(question));
    const document = JSON.parse(await readFile(fileURLToPath(facts.evidence?.[0]?.uri ?? ''), 'utf8')) as object;
    expect(document).toMatchObject({
      source: 'data-events',
      question: { bucket: 'exports', key: 'a.ova' },
      answers: [
        { call: 'search', query: { path: expect.stringContaining('filebeat-') as string }, answer },
        { answer },
      ],
    });

    const attribute = { name: 'AccessKeyId' as const, value: 'AKIA1' };
    const trail: SearchedTrail = await environment.run(() =>
      detect.searchTrail({ ...place, attribute, from: question.from, to: question.to, keep: 5 }),
    );
    const kept = JSON.parse(await readFile(fileURLToPath(trail.evidence?.[0]?.uri ?? ''), 'utf8')) as object;
    expect(kept).toMatchObject({ source: 'trail-search', question: { attribute }, answers: [{ answer }, { answer }] });
  });
});

describe('what AWS answered', () => {
  it('is kept for its incident: every call with its query, its time and the answer as it came', async () => {
    const [facts] = await asking(keepObserved({ folder }), 'AKIA1');
    const { text, document } = await documentOf(facts);
    expect(facts?.evidence).toMatchObject([{ sha256: sha256Hex(text), size: text.length }]);
    expect(facts?.evidence?.[0]?.uri).toContain(`/observed/${incidentKey(workflowId)}/trail-`);
    const { evidence: _, ...drawn } = facts!;
    expect(document).toMatchObject({
      source: 'trail',
      question: { attribute: { value: 'AKIA1' } },
      facts: digestOf(JSON.parse(JSON.stringify(drawn))),
    });
    const [answer] = document.answers;
    expect(answer).toMatchObject({
      call: 'cloudtrail:LookupEvents',
      query: { LookupAttributes: [{ AttributeKey: 'AccessKeyId', AttributeValue: 'AKIA1' }] },
      answer: { Events: [{ EventId: 'e-1', EventName: 'ByAKIA1' }] },
    });
    expect(Date.parse(answer?.at ?? '')).not.toBeNaN();
  });

  it('is kept without tokens that would open a session', async () => {
    const [facts] = await asking(keepObserved({ folder }), 'AKIA1');
    const { text } = await documentOf(facts);
    expect(text).not.toContain(token);
    expect(text).toContain('ASIA1');
    expect(text).toContain('[cut]');
  });

  it('is kept apart for each question, whoever asks at the same time', async () => {
    const all = await asking(keepObserved({ folder }), 'AKIA1', 'AKIA2', 'AKIA3');
    for (const [index, facts] of all.entries()) {
      const { document } = await documentOf(facts);
      expect(document.answers.flatMap(({ answer }) => answer?.Events ?? [])).toEqual([
        expect.objectContaining({ EventName: `ByAKIA${index + 1}` }),
      ]);
    }
  });

  it('is kept where it is a refusal, too', async () => {
    const [facts] = await asking(keepObserved({ folder }), 'AKIAREFUSED');
    const { document } = await documentOf(facts);
    expect(document.answers).toMatchObject([{ call: 'cloudtrail:LookupEvents', error: 'AccessDeniedException' }]);
    expect(facts?.gaps).toHaveLength(1);
  });

  it('is told all the same where the store fails, with the reason beside it', async () => {
    const broken = keepObserved({ folder: '/dev/null/nowhere' });
    const [facts] = await asking(broken, 'AKIA1');
    expect(facts).toMatchObject({ total: 1, gaps: [], notKept: 'folder /dev/null/nowhere: it took no document' });
    expect(facts).not.toHaveProperty('evidence');
  });

  it('waits for a store that hangs no longer than it may', async () => {
    const listener = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const endpoint = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    process.env.AWS_ACCESS_KEY_ID = 'x';
    process.env.AWS_SECRET_ACCESS_KEY = 'x';
    const hanging = keepObserved(
      { bucket: 'evidence', region: 'eu-west-1', endpoint, forcePathStyle: true },
      { waiting: 50 },
    );
    const [facts] = await asking(hanging, 'AKIA1');
    expect(facts).toMatchObject({ total: 1, notKept: 'bucket evidence did not answer within 0.05 s' });
    listener.closeAllConnections();
    listener.close();
  });

  it('is said to be lost where no role is configured to keep it', async () => {
    expect((await asking(null, 'AKIA1'))[0]?.notKept).toBe('not configured: evidence.observeRole is not set');
  });

  it('is kept where plans rest on it, and what the files say of addresses, too', async () => {
    const { clients } = awsDouble({
      DescribeConfigRules: () => ({ ConfigRules: [] }),
      DescribeConfigurationRecorderStatus: () => ({ ConfigurationRecordersStatus: [] }),
      ListPoliciesForTarget: () => ({ Policies: [] }),
      ListPolicies: () => ({ Policies: [] }),
    });
    const observe = keepingEvidence(observeActivities(clients), keepObserved({ folder }));
    const environment = new MockActivityEnvironment({ workflowExecution: { workflowId, runId: 'r' } });
    const all: Kept[] = await environment.run(() =>
      Promise.all([
        observe.describeConfig(place),
        observe.describeAccountScps({ ...place, targetAccount: place.accountId, policyNames: [] }),
        observe.locate({ addresses: ['10.0.0.1'] }),
      ]),
    );
    const kept = all.map(({ evidence }) => evidence?.[0]?.uri ?? 'nowhere');
    expect(kept).toEqual(
      ['config-', 'account-scps-', 'places-'].map((name) => expect.stringContaining(name) as string),
    );
    const places = JSON.parse(await readFile(fileURLToPath(kept[2] ?? ''), 'utf8')) as Document;
    expect(places.answers).toMatchObject([{ call: 'geography files', answer: { places: { '10.0.0.1': {} } } }]);
  });

  it('is kept for incidents only', async () => {
    const before = await readdir(folder, { recursive: true });
    expect(await activities(keepObserved({ folder })).lookupTrail(lookup('AKIA9'))).not.toHaveProperty('evidence');
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  it('is counted where it has no room', async () => {
    const observe = activities(null);
    const { statements, left, result } = await witnessed(() => observe.lookupTrail(lookup('AKIA1')), 100);
    expect([statements, left, result.total]).toEqual([[], 1, 1]);
  });
});
