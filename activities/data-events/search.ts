import { dotted, member, text } from '../../src/domain/cloudtrail/fields.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import type { Json } from '../../src/domain/json.ts';
import { failure } from '../aws/failures.ts';
import { heartbeat } from '../aws/activity-context.ts';
import { given } from '../aws/given.ts';
import { noted } from '../aws/witness.ts';
import { arrayIn, numberIn } from '../detection/answer.ts';
import type { AskSearch } from '../detection/search-http.ts';
import type { DataEventsDetect } from './contract.ts';
import type { CopyOfObject, DataEventFacts, ObjectRead } from '../../src/domain/findings/read-facts.ts';

/** Where Filebeat and the AWS integration write CloudTrail's records. */
const usualIndices = ['filebeat-*', 'logs-aws.cloudtrail-*'];
/** A download by ranges is thousands of requests; whoever reads more often than this is told about as far as it goes. */
const defaultBudget = { page: 500, pages: 20, reads: 500 };
/** An index that is missing or closed does not stop the others; part of an answer is none. */
const options = 'ignore_unavailable=true&allow_no_indices=true&allow_partial_search_results=false';

/** Data events in Elasticsearch or OpenSearch. */
export function dataEventsDetect(
  ask: AskSearch,
  indices = usualIndices,
  { page, pages, reads: most } = defaultBudget,
): DataEventsDetect {
  const path = `${indices.map(encodeURIComponent).join(',')}/_search?${options}`;
  const search = async (what: string, more: { [name: string]: Json }) => {
    const body = { sort: [{ '@timestamp': { order: 'asc', unmapped_type: 'date' } }], track_total_hits: true, ...more };
    const answer = await ask({ what, method: 'POST', path, body });
    noted({ call: 'search', query: { path, body }, answer });
    const total = numberIn(answer, 'hits', 'total', 'value');
    if (total !== undefined) return { total, hits: arrayIn(answer, 'hits', 'hits') };
    const message = `${what}: that is no answer of a search engine; check detection.search.url`;
    throw failure(failureTypes.detectionRefused, message);
  };

  /** All that there are, oldest first, page by page: each begins at the moment at which the one before ended. */
  async function readsOf(question: Question, what: string) {
    const seen = new Map<string, unknown>();
    let total: number | undefined;
    let { from } = question;
    for (let left = pages; left > 0; left--) {
      const { hits, ...counted } = await search(what, { query: query({ ...question, from }), size: page });
      total ??= counted.total;
      const before = seen.size;
      for (const hit of hits) seen.set(JSON.stringify([member(hit, '_index'), member(hit, '_id')]), hit);
      heartbeat({ seen: seen.size });
      const last = timeOf(member(hits.at(-1), '_source'));
      // A page of one moment alone says nothing of what comes after it.
      if (hits.length < page || seen.size === before || last === undefined) break;
      from = last;
    }
    return { total: total ?? 0, documents: [...seen.values()].map((hit) => member(hit, '_source')) };
  }

  return {
    async searchObjectReads({ accountId, bucket, key, from, to }): Promise<DataEventFacts> {
      const question = { accountId, bucket, key, from, to };
      const { total, documents } = await readsOf(question, `searching for reads of s3://${bucket}/${key}`);
      const single = documents.flatMap((document) => readOf(document, key));
      const reads = downloadsIn(single);
      const recorded = await search(`searching for reads of bucket ${bucket}`, {
        query: readsOfBucket(question),
        size: 1,
        sort: [{ '@timestamp': { order: 'desc', unmapped_type: 'date' } }],
      });
      return {
        ...{ from, to, total, reads: reads.slice(0, most), copies: copiesIn(documents, key) },
        ...given({ recordedUntil: timeOf(member(recorded.hits[0], '_source')) }),
        gaps: [
          ...(total > single.length ? [{ what: 'data events', why: `${single.length} of ${total} were read` }] : []),
          ...(reads.length > most
            ? [{ what: 'data events', why: `${reads.length} reads were recorded; the first ${most} are listed` }]
            : []),
        ],
      };
    },
  };
}

interface Question {
  accountId: string;
  bucket: string;
  key: string;
  from: string;
  to: string;
}

const request = 'aws.cloudtrail.flattened.request_parameters';

/** CloudTrail's records of S3 in this time, in the bucket's own account. */
const ofS3 = ({ accountId, from, to }: Question): Json[] => [
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
];

/** Reads of whatever object: where there is one, reads of this bucket are recorded. */
const readsOfBucket = (question: Question): Json => ({
  bool: {
    filter: [
      ...ofS3(question),
      { terms: { 'event.action': ['GetObject', 'HeadObject', 'SelectObjectContent'] } },
      { term: { [`${request}.bucketName`]: question.bucket } },
    ],
  },
});

function query(question: Question): Json {
  const { bucket, key } = question;
  const source = `${bucket}/${key}`;
  const encoded = source.split('/').map(encodeURIComponent).join('/');
  const copied = [...new Set([source, `/${source}`, encoded, `/${encoded}`])];
  return {
    bool: {
      filter: ofS3(question),
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
  const time = timeOf(document);
  const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
  if (operation === undefined || time === undefined) return [];
  const more = 'aws.cloudtrail.flattened.additional_eventdata';
  const presigned = said(`${more}.AuthenticationMethod`) === 'QueryString';
  const failed = said('event.outcome') === 'failure' || said('aws.cloudtrail.error_code') !== undefined;
  return [
    {
      time,
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

/** In the form that all reads have. */
function timeOf(document: unknown): string | undefined {
  const time = Date.parse(text(dotted(document, '@timestamp')) ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

const betweenRequests = 60_000;

/** The requests of one reader that follow each other are one read with their bytes summed, as in the access log. */
function downloadsIn(reads: ObjectRead[]): ObjectRead[] {
  const begun = new Map<string, { read: ObjectRead; last: number }>();
  const downloads: ObjectRead[] = [];
  for (const read of reads) {
    const { operation, requester, address, status, userAgent, presigned, signedBy } = read;
    const reader = JSON.stringify([operation, requester, address, status, userAgent, presigned, signedBy]);
    const open = begun.get(reader);
    const at = Date.parse(read.time);
    if (open && at - open.last < betweenRequests) {
      open.read.bytes += read.bytes;
      open.last = at;
    } else {
      downloads.push(read);
      begun.set(reader, { read, last: at });
    }
  }
  return downloads;
}

const copying = ['REST.COPY.OBJECT_GET', 'REST.COPY.PART_GET'];

/** These travel with the incident; nobody needs more of them to see what goes on. */
const mostCopies = 50;

/** Each place once: a copy in parts is a call for each of them. */
const copiesIn = (documents: unknown[], key: string): CopyOfObject[] =>
  [
    ...new Map(
      documents
        .flatMap((document) => copyOf(document, key))
        .map((copy) => [`${copy.requester} ${copy.bucket}/${copy.key}`, copy]),
    ).values(),
  ].slice(0, mostCopies);

/** Where a copy went: of such a call, the request names the copy's place and not the original's. */
function copyOf(document: unknown, key: string): CopyOfObject[] {
  const bucket = text(dotted(document, `${request}.bucketName`));
  const copied = text(dotted(document, `${request}.key`));
  if (bucket === undefined || copied === undefined) return [];
  return readOf(document, key)
    .filter(({ operation, status }) => copying.includes(operation) && status === 200)
    .map(({ time, requester }) => ({ time, requester, bucket, key: copied }));
}

const accountIn = (value: string | undefined): string | undefined =>
  value !== undefined && /^\d{12}$/.test(value) ? value : undefined;
