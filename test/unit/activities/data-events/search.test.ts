import { describe, expect, it } from 'vitest';
import { dataEventsDetect } from '../../../../activities/data-events/search.ts';
import { searchHttp } from '../../../../activities/detection/search-http.ts';
import { place } from '../aws-double.ts';
import { useSearchDouble } from '../detection/a-search-double.ts';

const engine = useSearchDouble();
const question = {
  ...place,
  ...{ bucket: 'exports', key: 'vms/a b.ova', from: '2026-03-02T10:00:00Z', to: '2026-03-02T12:00:00Z' },
};
const search = () => dataEventsDetect(searchHttp({ url: engine.url() })).searchObjectReads(question);
const answering = (documents: object[], total = documents.length) =>
  engine.answer(() => ({
    body: { hits: { total: { value: total }, hits: documents.map((_source, at) => ({ _id: `${at}`, _source })) } },
  }));

/** As the AWS integration writes it: nested in parts, flat in others. */
const read = (more: object = {}) => ({
  '@timestamp': '2026-03-02T11:00:00.000Z',
  event: { action: 'GetObject', provider: 's3.amazonaws.com', outcome: 'success' },
  source: { address: '203.0.113.9' },
  'user_agent.original': 'aws-cli/2',
  aws: {
    cloudtrail: {
      user_identity: { arn: 'arn:aws:iam::333333333333:user/eve', access_key_id: 'AKIAEXAMPLE123456789' },
      flattened: { additional_eventdata: { bytesTransferredOut: 1024.0, AuthenticationMethod: 'QueryString' } },
    },
  },
  ...more,
});

describe('data events in the search engine', () => {
  it('are asked for by bucket, key, account and time, as reads and as sources of copies', async () => {
    answering([]);
    expect(await search()).toMatchObject({ reads: [], total: 0, gaps: [] });
    expect(engine.asked[0]?.path).toBe('/filebeat-*,logs-aws.cloudtrail-*/_search');
    const asked = JSON.stringify(engine.asked[0]?.body);
    for (const part of ['"exports"', '"vms/a b.ova"', '"/exports/vms/a%20b.ova"', '"111111111111"', question.from]) {
      expect(asked).toContain(part);
    }
  });

  it('tell who read it, from where, how much, and by whose signed URL', async () => {
    answering([read()]);
    expect((await search()).reads).toEqual([
      {
        time: '2026-03-02T11:00:00.000Z',
        operation: 'REST.GET.OBJECT',
        key: 'vms/a b.ova',
        requester: 'arn:aws:iam::333333333333:user/eve',
        address: '203.0.113.9',
        status: 200,
        bytes: 1024,
        userAgent: 'aws-cli/2',
        presigned: true,
        signedBy: 'AKIAEXAMPLE123456789',
        from: 'data event',
      },
    ]);
  });

  it('tell of a refused read that it was one, and of a caller without a name its account', async () => {
    const refused = {
      event: { action: 'CopyObject', outcome: 'failure' },
      aws: {},
      cloud: { account: { id: '333333333333' } },
    };
    const nobody = { event: { action: 'GetObject' }, aws: {}, cloud: { account: { id: 'anonymous' } } };
    answering([read(refused), read(nobody)]);
    const { reads } = await search();
    expect(reads.map(({ requester, status, operation }) => [requester, status, operation])).toEqual([
      ['333333333333', 403, 'REST.COPY.OBJECT_GET'],
      ['-', 200, 'REST.GET.OBJECT'],
    ]);
  });

  it('tell where a copy went, once, of one that succeeded and names its place', async () => {
    const flattened = { request_parameters: { bucketName: 'elsewhere', key: 'taken.ova' } };
    const copy = (outcome: string, more: object = { flattened }) =>
      read({ event: { action: 'CopyObject', outcome }, aws: { cloudtrail: { ...more } } });
    const part = { ...copy('success'), event: { action: 'UploadPartCopy', outcome: 'success' } };
    const others = [copy('failure'), copy('success', {}), read({ aws: { cloudtrail: { flattened } } })];
    answering([copy('success'), part, ...others]);
    expect((await search()).copies).toEqual([
      { time: '2026-03-02T11:00:00.000Z', requester: '-', bucket: 'elsewhere', key: 'taken.ova' },
    ]);
  });

  it('are counted where there are more, or where one cannot be read', async () => {
    answering([read(), { '@timestamp': 'nonsense' }], 700);
    expect(await search()).toMatchObject({ gaps: [{ what: 'data events', why: '1 of 700 were read' }] });
  });

  it('are not taken from what is no search engine', async () => {
    engine.answer(() => ({ body: { hello: 'world' } }));
    await expect(search()).rejects.toMatchObject({ type: 'DetectionRefused' });
  });
});
