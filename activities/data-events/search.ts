import { dotted, text } from '../../src/domain/cloudtrail/fields.ts';
import type { DataEventFacts, ObjectRead } from '../../src/domain/findings/facts.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import type { Json } from '../../src/domain/json.ts';
import { failure } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import { arrayIn, numberIn } from '../detection/answer.ts';
import type { AskSearch } from '../detection/search-http.ts';
import type { DataEventsDetect } from './contract.ts';

/** Where Filebeat and the AWS integration write CloudTrail's records. */
const usualIndices = ['filebeat-*', 'logs-aws.cloudtrail-*'];
const most = 500;

/** Data events in Elasticsearch or OpenSearch. */
export const dataEventsDetect = (ask: AskSearch, indices = usualIndices): DataEventsDetect => ({
  async searchObjectReads({ accountId, bucket, key, from, to }): Promise<DataEventFacts> {
    const what = `searching for reads of s3://${bucket}/${key}`;
    const answer = await ask({
      what,
      method: 'POST',
      path: `${indices.map(encodeURIComponent).join(',')}/_search?ignore_unavailable=true&allow_no_indices=true`,
      body: {
        query: query({ accountId, bucket, key, from, to }),
        size: most,
        sort: [{ '@timestamp': { order: 'asc', unmapped_type: 'date' } }],
        track_total_hits: true,
      },
    });
    const total = numberIn(answer, 'hits', 'total', 'value');
    if (total === undefined) {
      const message = `${what}: that is no answer of a search engine; check detection.search.url`;
      throw failure(failureTypes.detectionRefused, message);
    }
    const reads = arrayIn(answer, 'hits', 'hits').flatMap((hit) => readOf(dotted(hit, '_source'), key));
    const gaps = total > reads.length ? [{ what: 'data events', why: `${reads.length} of ${total} are listed` }] : [];
    return { from, to, reads, total, gaps };
  },
});

interface Question {
  accountId: string;
  bucket: string;
  key: string;
  from: string;
  to: string;
}

const request = 'aws.cloudtrail.flattened.request_parameters';

function query({ accountId, bucket, key, from, to }: Question): Json {
  const source = `${bucket}/${key}`;
  const encoded = source.split('/').map(encodeURIComponent).join('/');
  const copied = [...new Set([source, `/${source}`, encoded, `/${encoded}`])];
  return {
    bool: {
      filter: [
        { terms: { 'event.provider': ['s3.amazonaws.com'] } },
        { range: { '@timestamp': { gte: from, lte: to, format: 'strict_date_optional_time' } } },
        // The bucket's own account records who read it; absent in older documents.
        {
          bool: {
            should: [
              { term: { 'aws.cloudtrail.recipient_account_id': accountId } },
              { bool: { must_not: [{ exists: { field: 'aws.cloudtrail.recipient_account_id' } }] } },
            ],
            minimum_should_match: 1,
          },
        },
      ],
      should: [
        {
          bool: {
            filter: [
              { terms: { 'event.action': ['GetObject', 'SelectObjectContent'] } },
              { term: { [`${request}.bucketName`]: bucket } },
              { term: { [`${request}.key`]: key } },
            ],
          },
        },
        {
          bool: {
            filter: [
              { terms: { 'event.action': ['CopyObject', 'UploadPartCopy'] } },
              { terms: { [`${request}.x-amz-copy-source`]: copied } },
            ],
          },
        },
      ],
      minimum_should_match: 1,
    },
  };
}

/** In the words of the access log, so that both are judged by one rule. */
const operations: Record<string, string> = {
  GetObject: 'REST.GET.OBJECT',
  SelectObjectContent: 'REST.SELECT.OBJECT_CONTENT',
  CopyObject: 'REST.COPY.OBJECT_GET',
  UploadPartCopy: 'REST.COPY.PART_GET',
};

function readOf(document: unknown, key: string): ObjectRead[] {
  const said = (name: string): string | undefined => text(dotted(document, name));
  const action = said('event.action') ?? '';
  const time = Date.parse(said('@timestamp') ?? '');
  const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
  if (operation === undefined || Number.isNaN(time)) return [];
  const more = 'aws.cloudtrail.flattened.additional_eventdata';
  const presigned = said(`${more}.AuthenticationMethod`) === 'QueryString';
  const failed = said('event.outcome') === 'failure' || said('aws.cloudtrail.error_code') !== undefined;
  return [
    {
      time: new Date(time).toISOString(),
      operation,
      key,
      // Of a caller from another account the record has the account alone; of an anonymous one, `anonymous`.
      requester: said('aws.cloudtrail.user_identity.arn') ?? accountIn(said('cloud.account.id')) ?? '-',
      address: said('source.address') ?? said('source.ip') ?? '-',
      status: failed ? 403 : 200,
      bytes: Math.trunc(Number(said(`${more}.bytesTransferredOut`) ?? 0)) || 0,
      ...given({
        userAgent: said('user_agent.original'),
        presigned: presigned || undefined,
        signedBy: presigned ? said('aws.cloudtrail.user_identity.access_key_id') : undefined,
      }),
      from: 'data event',
    },
  ];
}

const accountIn = (value: string | undefined): string | undefined =>
  value !== undefined && /^\d{12}$/.test(value) ? value : undefined;
