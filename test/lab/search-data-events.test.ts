import { beforeEach, describe, expect, it } from 'vitest';
import { dataEventsDetect } from '../../activities/data-events/search.ts';
import { trailSearchDetect } from '../../activities/trail-search/search.ts';
import { recordOfEcs } from '../../src/intake/ecs.ts';
import type { Fields } from '../../src/domain/cloudtrail/fields.ts';
import { searchHttp } from '../../activities/detection/search-http.ts';
import { withDataEvents } from '../../src/domain/findings/data-events.ts';
import { validationFindings } from '../../src/domain/findings/findings.ts';
import type { Json } from '../../src/domain/json.ts';
import { severityFacts } from '../../src/domain/severity/severity-facts.ts';
import { aCaseFile, anAlert, ids, someReads, times } from '../support/builders.ts';
import { useSearchNode } from '../support/search-node.ts';
import type { DataEventFacts } from '../../src/domain/findings/read-facts.ts';

const node = useSearchNode();
const keyword = { type: 'keyword' } as const;
const flattened = { type: 'flat_object' } as const;
/** As Filebeat maps CloudTrail's records; `flattened` has another name in Elasticsearch. */
const mappings: Json = {
  dynamic: false,
  properties: {
    '@timestamp': { type: 'date' },
    event: { properties: { dataset: keyword, action: keyword, provider: keyword, outcome: keyword, id: keyword } },
    cloud: { properties: { region: keyword } },
    user: { properties: { name: keyword } },
    source: { properties: { address: keyword, ip: { type: 'ip' } } },
    aws: {
      properties: {
        cloudtrail: {
          properties: {
            recipient_account_id: keyword,
            event_category: keyword,
            error_code: keyword,
            user_identity: { properties: { arn: keyword, access_key_id: keyword } },
            flattened: { properties: { request_parameters: flattened, additional_eventdata: flattened } },
          },
        },
      },
    },
  },
};

const key = 'vms/web 01.ova';
const start = Date.parse(times.export);
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
interface Shape {
  seconds: number;
  arn?: string;
  action?: string;
  request?: object;
  bytes?: number;
  address?: string;
  account?: string;
  errorCode?: string;
}
const inside = `arn:aws:iam::${ids.account}:user/carol`;
const outside = 'arn:aws:iam::999999999999:user/eve';
const aRead = ({ seconds, arn = outside, action = 'GetObject', request, bytes = 1024, ...more }: Shape) => ({
  '@timestamp': at(seconds),
  event: {
    ...{ action, provider: 's3.amazonaws.com', id: `event-${seconds}` },
    outcome: more.errorCode === undefined ? 'success' : 'failure',
  },
  source: { address: more.address ?? '198.51.100.7' },
  aws: {
    cloudtrail: {
      recipient_account_id: more.account ?? ids.account,
      ...(more.errorCode === undefined ? {} : { error_code: more.errorCode }),
      user_identity: { arn },
      flattened: {
        request_parameters: request ?? { bucketName: ids.bucket, key },
        additional_eventdata: { bytesTransferredOut: bytes },
      },
    },
  },
});

async function index(documents: object[], name = 'filebeat-8'): Promise<void> {
  const lines = documents.flatMap((document) => [JSON.stringify({ index: {} }), JSON.stringify(document)]);
  const response = await fetch(`${node().url}/${name}/_bulk?refresh=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: `${lines.join('\n')}\n`,
  });
  expect(await response.json()).toMatchObject({ errors: false });
}
const search = (budget?: { page: number; pages: number; reads: number }): Promise<DataEventFacts> =>
  dataEventsDetect(searchHttp({ url: node().url }), undefined, budget).searchObjectReads({
    ...{ accountId: ids.account, region: 'eu-west-1', bucket: ids.bucket, key },
    ...{ from: at(0), to: at(7200) },
  });
/** As an incident judges it, whose bucket has no access logging. */
function judged(events: DataEventFacts) {
  const file = aCaseFile({
    alert: anAlert({ objectKey: key }),
    reads: withDataEvents(someReads({ logging: false }), events),
  });
  const found = validationFindings(file).find(({ id }) => id === 'downloaded');
  return { answer: found?.answer, detail: found?.detail, outside: severityFacts(file).readOutside.value };
}

beforeEach(async () => {
  await node().ask('DELETE', '_all');
});

describe('data events in a real search engine', () => {
  it('of no index are none, and the answer stays unknown', async () => {
    const events = await search();
    expect(events).toMatchObject({ reads: [], total: 0, gaps: [] });
    expect(judged(events)).toMatchObject({ answer: 'unknown', outside: 'unknown' });
  });

  describe('with indices like Filebeat’s', () => {
    beforeEach(async () => {
      await node().ask('PUT', 'filebeat-8', { mappings });
      await node().ask('PUT', 'logs-aws.cloudtrail-default', { mappings });
    });

    it('tell of a download outside the organisation, by whom and how much', async () => {
      await index([aRead({ seconds: 60 })]);
      const events = await search();
      expect(events.reads).toMatchObject([{ requester: outside, address: '198.51.100.7', bytes: 1024, status: 200 }]);
      const { answer, detail, outside: readOutside } = judged(events);
      expect([answer, readOutside]).toEqual(['yes', 'yes']);
      expect(detail).toContain(`${outside} from 198.51.100.7, by a data event of CloudTrail, outside the organisation`);
    });

    it('tell a read by one of ours from one outside', async () => {
      await index([aRead({ seconds: 60, arn: inside })], 'logs-aws.cloudtrail-default');
      const { answer, detail, outside: readOutside } = judged(await search());
      expect(answer).toBe('yes');
      expect(readOutside).not.toBe('yes');
      expect(detail).toContain('none of them outside the organisation');
    });

    it('are those of this key, bucket, account and time alone, copies of it included', async () => {
      const source = `${ids.bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
      await index([
        aRead({ seconds: 10, request: { bucketName: ids.bucket, key: `${key}.txt` } }),
        aRead({ seconds: 20, request: { bucketName: 'another', key } }),
        aRead({ seconds: 30, account: '999999999999' }),
        aRead({ seconds: -60 }),
        aRead({ seconds: 40, action: 'PutObject' }),
        aRead({
          seconds: 50,
          action: 'CopyObject',
          request: { bucketName: 'elsewhere', key: 'x', 'x-amz-copy-source': source },
        }),
      ]);
      const { reads, total } = await search();
      expect(reads.map(({ operation }) => operation)).toEqual(['REST.COPY.OBJECT_GET']);
      expect(total).toBe(1);
    });

    it('are no download where the read was refused, and prove nothing where there is none', async () => {
      await index([
        aRead({ seconds: 60, errorCode: 'AccessDenied' }),
        aRead({ seconds: 90, request: { bucketName: ids.bucket, key: 'other.ova' } }),
      ]);
      const events = await search();
      expect(events).toMatchObject({ reads: [{ status: 403 }], recordedUntil: at(90) });
      const { answer, detail } = judged(events);
      expect(answer).toBe('unknown');
      expect(detail).toContain(`record reads of this bucket up to ${at(90)} at least`);
    });

    it('are read page by page, moments that pages share included, each event once', async () => {
      const ranges = Array.from({ length: 60 }, (_, count) =>
        aRead({ seconds: 60 + Math.floor(count / 4), bytes: 100 }),
      );
      await index([...ranges, aRead({ seconds: 4000, bytes: 7 })]);
      const { reads, total, gaps } = await search({ page: 10, pages: 20, reads: 500 });
      expect({ total, gaps }).toEqual({ total: 61, gaps: [] });
      // A download by ranges is one read.
      expect(reads.map(({ time, bytes }) => [time, bytes])).toEqual([
        [at(60), 6000],
        [at(4000), 7],
      ]);
    });

    it('are said to be more where the budget ends first, or where one moment fills a page', async () => {
      await index(Array.from({ length: 30 }, (_, count) => aRead({ seconds: 60 + count * 100 })));
      expect(await search({ page: 10, pages: 2, reads: 5 })).toMatchObject({
        reads: { length: 5 },
        gaps: [
          { what: 'data events', why: '19 of 30 were read' },
          { what: 'data events', why: '19 reads were recorded; the first 5 are listed' },
        ],
      });
      await node().ask('DELETE', '_all');
      await node().ask('PUT', 'filebeat-8', { mappings });
      await index(Array.from({ length: 30 }, () => aRead({ seconds: 60 })));
      expect((await search({ page: 10, pages: 20, reads: 500 })).gaps).toMatchObject([{ why: '10 of 30 were read' }]);
    });
  });
});

describe('what an actor did, in a real search engine', () => {
  const hour = 3600;
  const mallory = { type: 'IAMUser', arn: ids.userArn, userName: 'mallory', accountId: ids.account };
  const role = `arn:aws:sts::${ids.account}:assumed-role/backup/mallory`;
  const aCall = ({
    seconds,
    name = 'DescribeInstances',
    identity = { ...mallory, accessKeyId: ids.accessKey },
    region = 'eu-west-1',
    ...more
  }: {
    seconds: number;
    name?: string;
    identity?: { arn: string; accessKeyId?: string };
    region?: string;
    account?: string;
    category?: string;
    request?: object;
  }) => ({
    '@timestamp': at(seconds),
    event: {
      ...{ dataset: 'aws.cloudtrail', action: name, provider: 'ec2.amazonaws.com', id: `${region}-${seconds}-${name}` },
      outcome: 'success',
      original: JSON.stringify({
        ...{ eventID: `${region}-${seconds}-${name}`, eventName: name, eventSource: 'ec2.amazonaws.com' },
        ...{ eventTime: at(seconds), awsRegion: region, userIdentity: identity, readOnly: name.startsWith('Describe') },
        ...{ recipientAccountId: more.account ?? ids.account, sourceIPAddress: '198.51.100.7' },
        requestParameters: more.request ?? null,
      }),
    },
    cloud: { region },
    user: { name: identity.arn === role ? 'backup' : 'mallory' },
    aws: {
      cloudtrail: {
        recipient_account_id: more.account ?? ids.account,
        event_category: more.category ?? 'Management',
        user_identity: {
          arn: identity.arn,
          ...(identity.accessKeyId === undefined ? {} : { access_key_id: identity.accessKeyId }),
        },
      },
    },
  });
  /** The account is busy in both Regions for ten hours, in every one of which somebody else calls. */
  const others = ['eu-west-1', 'us-east-1'].flatMap((region) =>
    Array.from({ length: 20 }, (_, n) =>
      aCall({ seconds: n * 1800, region, identity: { arn: `arn:aws:iam::${ids.account}:user/others` } }),
    ),
  );
  const record = (document: unknown) => recordOfEcs(document as Fields).record;
  const ask = (
    attribute: { name: 'AccessKeyId' | 'Username'; value: string },
    budget?: { page: number; pages: number },
  ) =>
    trailSearchDetect(searchHttp({ url: node().url }), record, undefined, budget).searchTrail({
      ...{ accountId: ids.account, region: 'eu-west-1', from: at(0), to: at(10 * hour), keep: 50, summarise: true },
      attribute,
    });
  const byKey = { name: 'AccessKeyId', value: ids.accessKey } as const;
  const settled = (seconds: number) => at(seconds - 900);

  beforeEach(async () => {
    await node().ask('PUT', 'filebeat-8', { mappings });
  });

  it('is found in all Regions in one question, and told until when the engine vouches for it', async () => {
    await index([
      ...others,
      aCall({ seconds: 60 }),
      aCall({ seconds: 2 * hour, name: 'CreateUser', request: { userName: 'backdoor' } }),
      aCall({ seconds: 3 * hour, region: 'ap-south-1' }),
      // Not its key, not this account, no management event.
      aCall({ seconds: 70, identity: { ...mallory, accessKeyId: 'AKIAOTHER' } }),
      aCall({ seconds: 80, account: ids.outsideAccount }),
      aCall({ seconds: 90, category: 'Data' }),
    ]);
    const { vouched, rest, unvouched, recordedUntil } = await ask(byKey);
    expect(vouched).toMatchObject({
      total: 3,
      truncated: false,
      gaps: [],
      regions: ['ap-south-1', 'eu-west-1', 'us-east-1'],
    });
    expect(vouched.summary).toMatchObject({ reads: 2, writes: 1 });
    expect(vouched.events.find(({ eventName }) => eventName === 'CreateUser')).toMatchObject({
      ...{ readOnly: false, accessKeyId: ids.accessKey, principalArn: ids.userArn, region: 'eu-west-1' },
      ...{ sourceAddress: '198.51.100.7', resources: ['backdoor'], time: at(2 * hour) },
    });
    expect(rest.total).toBe(0);
    expect(recordedUntil).toBe(at(19 * 1800));
    expect(unvouched).toEqual(
      ['eu-west-1', 'us-east-1'].map((region) => ({ region, from: settled(19 * 1800), to: at(10 * hour + 1) })),
    );
  });

  it('is not vouched for where the index has a hole, or nothing of a Region', async () => {
    const holed = others.filter(
      ({ cloud, '@timestamp': time }) => cloud.region === 'eu-west-1' && !(time >= at(3 * hour) && time < at(5 * hour)),
    );
    await index([...holed, aCall({ seconds: 9.4 * hour })]);
    const { vouched, rest, unvouched } = await ask(byKey);
    expect(unvouched).toEqual([
      { region: 'eu-west-1', from: at(3 * hour), to: at(5 * hour) },
      { region: 'eu-west-1', from: settled(19 * 1800), to: at(10 * hour + 1) },
      { region: 'us-east-1', from: at(0), to: at(10 * hour + 1) },
    ]);
    expect([vouched.total, rest.total]).toEqual([0, 1]);
  });

  it('is found by the name of a user or session, and not of a role or person that is called alike', async () => {
    await index([
      ...others,
      aCall({ seconds: 60 }),
      aCall({ seconds: 61, identity: { arn: role, accessKeyId: 'ASIAEXAMPLE' } }),
      aCall({ seconds: 62, identity: { arn: `arn:aws:sts::${ids.account}:assumed-role/mallory/nightly` } }),
    ]);
    const { vouched } = await ask({ name: 'Username', value: 'mallory' });
    expect(vouched.events.map(({ principalArn }) => principalArn).sort()).toEqual([ids.userArn, role]);
  });

  it('is read page by page, newest first, and said to be cut short where the budget ends', async () => {
    const calls = Array.from({ length: 30 }, (_, n) => aCall({ seconds: hour + (n % 3), name: `Describe${n}` }));
    await index([...others, ...calls]);
    expect((await ask(byKey, { page: 4, pages: 20 })).vouched).toMatchObject({ total: 30, truncated: false });
    expect((await ask(byKey, { page: 4, pages: 2 })).vouched).toMatchObject({ total: 8, truncated: true });
  });

  it('is nothing that it vouches for where there is no index', async () => {
    await node().ask('DELETE', '_all');
    const { vouched, unvouched, recordedUntil } = await ask(byKey);
    expect(vouched.total).toBe(0);
    expect(unvouched.map(({ from }) => from)).toEqual([at(0), at(0)]);
    expect(recordedUntil).toBeUndefined();
  });
});
