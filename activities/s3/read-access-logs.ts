import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { heartbeat } from '../aws/activity-context.ts';
import { aws, orGap } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import { noted } from '../aws/witness.ts';
import { isContentRead, isKey, objectReads, parseAccessLogLine, type AccessLogLine } from './access-log.ts';
import type { S3Observe } from './contract.ts';
import { requesterPays } from './requester-pays.ts';
import type { ObjectReadFacts } from '../../src/domain/findings/read-facts.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

/** How much is read before the rest is reported as a gap: what fits into half a minute. Log objects are small and many. */
export interface LogBudget {
  objects: number;
  reads: number;
}
export const defaultLogBudget: LogBudget = { objects: 2_000, reads: 500 };

const parallelReads = 8;
/**
 * S3 writes logs of some megabytes at most. Whoever may write where the logs lie can put anything among them: it is
 * neither read whole into memory, nor for ever.
 */
const longestLog = 64_000_000;
/** A key has a kilobyte, and what else a requester writes into a line some more. */
const longestLine = 64_000;

/**
 * Log objects are named `PREFIX2026-01-31-…`, or with date partitions
 * `PREFIXaccount/region/bucket/2026/01/31/…`. Listing starts at the day in question: a log prefix can hold years.
 */
function listings({ accountId, region, bucket, since }: Input, prefix: string) {
  const partitioned = `${prefix}${accountId}/${region}/${bucket}/`;
  const day = since.slice(0, 10);
  return [
    { prefix, startAfter: `${prefix}${day}`, delimiter: '/' },
    { prefix: partitioned, startAfter: `${partitioned}${day.replaceAll('-', '/')}` },
  ];
}

type Input = Parameters<S3Observe['readAccessLogs']>[0];

export async function readAccessLogs(
  s3: S3Client,
  input: Input,
  budget: LogBudget = defaultLogBudget,
): Promise<ObjectReadFacts> {
  const facts: ObjectReadFacts = { logging: false, reads: [], logObjects: 0, lines: 0, unreadable: 0, gaps: [] };
  const { logging } = input;
  if (!logging) return facts;
  facts.logging = true;

  const where = `access logs in s3://${logging.bucket}/${logging.prefix}`;
  const listing = aws(`listing the ${where}`, () => listObjects(s3, input, logging, budget.objects + 1));
  const keys = (await orGap(facts.gaps, 'access logs', null, listing)) ?? [];
  if (keys.length > budget.objects) {
    keys.length = budget.objects;
    facts.gaps.push({ what: 'access logs', why: `only the first ${budget.objects} log objects were read` });
  }

  const oldest = aws(`looking for the oldest of the ${where}`, () => oldestLog(s3, input, logging));
  // It only adds to what the logs tell: a refusal, which the listing has met before, is said there.
  Object.assign(facts, given({ logsSince: await orGap([], 'the oldest access log', undefined, oldest) }));

  const found: AccessLogLine[] = [];
  const since = Date.parse(input.since);
  const take = (key: string, line: string): void => {
    facts.lines++;
    const parsed = line.length > longestLine ? null : parseAccessLogLine(line);
    if (!parsed) {
      facts.unreadable++;
      return;
    }
    if (parsed.time > (facts.loggedUntil ?? '')) facts.loggedUntil = parsed.time;
    if (parsed.bucket !== input.bucket || Date.parse(parsed.time) < since) return;
    if (!isContentRead(parsed) || !isKey(parsed.key, input.key)) return;
    noted({ call: 'access log', query: key, answer: line });
    found.push(parsed);
  };
  const readOne = async (key: string): Promise<void> => {
    const reading = aws(`reading access log ${key}`, () =>
      eachLine(s3, logging.bucket, key, (line) => take(key, line)),
    );
    // Deleted between listing and reading: a lifecycle rule, or somebody who tidies up.
    const whole = await orGap(unread, `access log ${key}`, null, reading);
    heartbeat({ logObjects: facts.logObjects });
    if (whole === null) return;
    facts.logObjects++;
    if (whole) return;
    const why = `it has more than ${longestLog / 1e6} MB, as no log of S3 has: look who wrote it`;
    facts.gaps.push({ what: `access log ${key}`, why });
  };
  const unread: Gap[] = [];
  const queue = keys[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: parallelReads }, async () => {
      for (const key of queue) await readOne(key);
    }),
  );

  // A role that may not read them is refused each of thousands, for one reason.
  const [first] = unread;
  if (first) {
    const which = unread.length === 1 ? first.what : `${unread.length} of ${keys.length} access logs`;
    facts.gaps.push({
      what: which,
      why: unread.length === 1 ? first.why : `they were not read, the first: ${first.why}`,
    });
  }
  facts.reads = objectReads(found, input.key);
  if (facts.reads.length > budget.reads) {
    const why = `${facts.reads.length} reads were logged; the first ${budget.reads} are listed`;
    facts.reads.length = budget.reads;
    facts.gaps.push({ what: 'reads of the export', why });
  }
  return facts;
}

async function listObjects(
  s3: S3Client,
  input: Input,
  logging: { bucket: string; prefix: string },
  most: number,
): Promise<string[]> {
  const keys: string[] = [];
  for (const { prefix, startAfter, delimiter } of listings(input, logging.prefix)) {
    let token: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({
          Bucket: logging.bucket,
          ...requesterPays,
          Prefix: prefix,
          StartAfter: startAfter,
          Delimiter: delimiter,
          ContinuationToken: token,
        }),
      );
      keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
      token = page.NextContinuationToken;
      heartbeat({ listed: keys.length });
    } while (token && keys.length < most);
  }
  return keys.slice(0, most);
}

/** `2026-01-31-10-15-00-…`, in whichever of the two layouts; names sort by time. */
const logTime = /(?:^|\/)(\d{4}-\d{2}-\d{2})-(\d{2})-(\d{2})-(\d{2})-[^/]*$/;

/** When the oldest log begins that nobody has deleted: the first keys of both layouts tell. */
async function oldestLog(
  s3: S3Client,
  input: Input,
  logging: { bucket: string; prefix: string },
): Promise<string | undefined> {
  const times = await Promise.all(
    listings({ ...input, since: '2' }, logging.prefix).map(async ({ prefix, startAfter, delimiter }) => {
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({
          Bucket: logging.bucket,
          ...requesterPays,
          Prefix: prefix,
          StartAfter: startAfter,
          Delimiter: delimiter,
          MaxKeys: 1,
        }),
      );
      const [, day, ...clock] = logTime.exec(Contents[0]?.Key?.slice(logging.prefix.length) ?? '') ?? [];
      return day === undefined ? [] : `${day}T${clock.join(':')}Z`;
    }),
  );
  return times.flat().sort()[0];
}

/** False: it is longer than any log, and the rest was not read. */
async function eachLine(s3: S3Client, bucket: string, key: string, take: (line: string) => void): Promise<boolean> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...requesterPays }));
  const decoder = new TextDecoder();
  let length = 0;
  let rest = '';
  // Leaving the loop ends the request, too.
  for await (const chunk of (Body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > longestLog) return false;
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    // Of a line that does not end, enough is kept to know it for none.
    rest = lines.pop()?.slice(0, longestLine + 1) ?? '';
    for (const line of lines) if (line.trim() !== '') take(line);
  }
  if (rest.trim() !== '') take(rest);
  return true;
}
