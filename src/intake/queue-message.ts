import { isFields, member, parseJson } from '../domain/cloudtrail/fields.ts';

export interface LogFile {
  bucket: string;
  key: string;
}

/** What a message in a queue brings. */
export type QueueMessage =
  | { brings: 'alerts'; body: string }
  | { brings: 'log files'; files: LogFile[]; body: string }
  | { brings: 'nothing' }
  /** The reason is our own words: it goes into the log. */
  | { brings: 'poison'; reason: string; body: string };

/** CloudTrail names a few files at a time, S3 one. */
const mostFiles = 100;

/**
 * Reads a message: an alert in any form that the other doors take, or a notice about CloudTrail's log files by CloudTrail
 * itself or by S3; each with SNS's envelope around it or without. SNS's signature is not checked: the queue's policy says
 * who may send. Whoever may send names what we fetch, so it is fetched only from buckets that an operator has listed.
 */
export function readQueueMessage(source: string, logBuckets: string[]): QueueMessage {
  const outer = parseJson(source);
  const enveloped = member(outer, 'Type') === 'Notification' ? member(outer, 'Message') : undefined;
  const body = typeof enveloped === 'string' ? enveloped : source;
  const message = typeof enveloped === 'string' ? parseJson(enveloped) : outer;
  const poison = (reason: string): QueueMessage => ({ brings: 'poison', reason, body });

  // What CloudTrail sends when a topic is configured, and S3 when a notification is.
  if (enveloped === 'CloudTrail validation message.' || member(message, 'Event') === 's3:TestEvent') {
    return { brings: 'nothing' };
  }
  if (member(outer, 'Type') === 'SubscriptionConfirmation') {
    return poison("it asks to confirm a topic's subscription: whoever owns the queue decides that");
  }
  const named = filesOfTrail(message) ?? filesOfBucket(message);
  if (named === undefined) return { brings: 'alerts', body };
  if (named === 'unreadable') return poison('it is a notice about log files, but does not name them as AWS does');
  if (named.length > mostFiles) return poison(`it names more than ${mostFiles} log files`);
  if (named.some(({ bucket }) => !logBuckets.includes(bucket))) {
    return poison(
      "it names a bucket that is not in the queue's logBuckets; list it there if it holds CloudTrail's logs",
    );
  }
  const files = named.filter(({ key }) => isTrailFile(key));
  return files.length === 0 ? { brings: 'nothing' } : { brings: 'log files', files, body };
}

type Named = LogFile[] | 'unreadable' | undefined;

/** CloudTrail's own notice; undefined: it is none. */
function filesOfTrail(message: unknown): Named {
  const bucket = member(message, 's3Bucket');
  const keys = member(message, 's3ObjectKey');
  if (bucket === undefined || keys === undefined) return undefined;
  if (typeof bucket !== 'string' || !Array.isArray(keys)) return 'unreadable';
  const named = (keys as unknown[]).filter((key) => typeof key === 'string');
  return named.length === keys.length ? named.map((key) => ({ bucket, key })) : 'unreadable';
}

/** S3's notice of new objects; undefined: it is none. What was deleted needs no reading. */
function filesOfBucket(message: unknown): Named {
  const records = member(message, 'Records');
  if (!Array.isArray(records) || !records.some((record) => member(record, 'eventSource') === 'aws:s3'))
    return undefined;
  const created = (records as unknown[]).filter((record) => !/^ObjectRemoved:/.test(eventOf(record)));
  const files = created.map(fileOf).filter((file) => file !== undefined);
  return files.length === created.length ? files : 'unreadable';
}

const eventOf = (record: unknown): string => {
  const name = isFields(record) ? member(record, 'eventName') : undefined;
  return typeof name === 'string' ? name : '';
};

function fileOf(record: unknown): LogFile | undefined {
  const bucket = member(record, 's3', 'bucket', 'name');
  const encoded = member(record, 's3', 'object', 'key');
  if (typeof bucket !== 'string' || typeof encoded !== 'string') return undefined;
  try {
    // S3 encodes keys as a form does.
    return { bucket, key: decodeURIComponent(encoded.replaceAll('+', ' ')) };
  } catch {
    return undefined;
  }
}

/**
 * Whether a key is of a log file as CloudTrail names it: digests, insights and whatever else is kept in the bucket are
 * not read. No dots for segments: something between us and S3 could resolve them into another bucket.
 */
export const isTrailFile = (key: string): boolean =>
  key.length <= 1024 &&
  /^(?:[^/\p{Cc}]+\/)*AWSLogs\/(?:o-[a-z0-9]+\/)?\d{12}\/CloudTrail\/[a-z0-9-]+\/\d{4}\/\d{2}\/\d{2}\/[\w.-]+\.json\.gz$/u.test(
    key,
  ) &&
  !key.split('/').some((segment) => segment === '.' || segment === '..');
