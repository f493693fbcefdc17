import { given } from '../aws/given.ts';
import type { ObjectRead } from '../../src/domain/findings/read-facts.ts';

/** One line of an S3 server access log: the fields that are used here, as far as the line has them. */
export interface AccessLogLine extends Omit<ObjectRead, 'from'> {
  bucket: string;
  /** As logged: URL-encoded, `-` where there is none. */
  key: string;
}

// owner bucket [time] ip requester request-id operation key …
const head = /^\S+ (\S+) \[([^\]]+)\] (\S+) (\S+) \S+ (\S+) (\S+)(?: (.*))?$/;
// … "uri" status error bytes …; the uri may hold quotes, so it ends at the first quote that a status follows. What the
// requester can write freely, referer and user agent, comes later and cannot imitate it.
const outcome = /^(".*?"|-) (\d{3}|-)(?: (\S+))?(?: (\S+))?(?: (.*))?$/;
// … object-size total-time turnaround "referer" "user-agent" …; no quote follows the user agent's own.
const agent = /^\S+ \S+ \S+ (?:".*?"|-) "(.*)"(.*)/;
// … version-id host-id signature cipher auth …
const authentication = /^ \S+ \S+ \S+ \S+ (\S+)/;
/** The key that signed a URL: a parameter of the request, which S3 checked before it answered with content. */
const signer = /[?&](?:X-Amz-Credential|AWSAccessKeyId)=([A-Z0-9]{16,128})(?:%2F|[/&\s"])/i;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `01/Aug/2019:00:24:41 +0000` as ISO 8601 UTC. */
function isoTime(text: string): string | null {
  const match = /^(\d{2})\/(\w{3})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})$/.exec(text);
  if (!match) return null;
  const [, day, month = '', year, clock, hours, minutes] = match;
  const number = String(months.indexOf(month) + 1).padStart(2, '0');
  const time = Date.parse(`${year ?? ''}-${number}-${day ?? ''}T${clock ?? ''}${hours ?? ''}:${minutes ?? ''}`);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

const numberOf = (field: string | undefined): number => (field && /^\d+$/.test(field) ? Number(field) : 0);

/** Reads a line; null when it is not one. Fields may be missing at the end, and newer ones may follow. */
export function parseAccessLogLine(line: string): AccessLogLine | null {
  const fields = head.exec(line.trim());
  if (!fields) return null;
  const [, bucket = '', stamp = '', address = '', requester = '', operation = '', key = '', rest = ''] = fields;
  const time = isoTime(stamp);
  if (time === null) return null;
  const [, uri = '', status, , bytes, tail = ''] = outcome.exec(rest) ?? [];
  const [, userAgent, after = ''] = agent.exec(tail) ?? [];
  const objectSize = /^\d+(?= |$)/.exec(tail)?.[0];
  return {
    ...{ bucket, time, address, requester, operation, key, status: numberOf(status), bytes: numberOf(bytes) },
    ...given({
      objectSize: objectSize === undefined ? undefined : Number(objectSize),
      userAgent: userAgent === '-' ? undefined : userAgent,
    }),
    ...signature(uri, authentication.exec(after)?.[1]),
  };
}

/** Old lines do not say how a request was authenticated; then the request itself tells. */
function signature(uri: string, type: string | undefined): { presigned?: true; signedBy?: string } {
  const signedBy = signer.exec(uri)?.[1];
  const presigned = type === undefined ? signedBy !== undefined : type === 'QueryString';
  return presigned ? { presigned, ...given({ signedBy }) } : {};
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text; // a stray percent sign: it was not encoded
  }
};

/** True when a logged key means this key: S3 logs keys URL-encoded once, and for some requests twice. */
export function isKey(logged: string, key: string): boolean {
  const once = decode(logged);
  return logged === key || once === key || decode(once) === key;
}

/**
 * Operations that hand out an object's content: a GET through the API or a website endpoint, and the reading side of a
 * copy, whole or in parts. A HEAD hands out nothing.
 */
const readOperations = new Set(['REST.GET.OBJECT', 'WEBSITE.GET.OBJECT', 'REST.COPY.OBJECT_GET', 'REST.COPY.PART_GET']);
/** True for a successful or refused read of content; a 304 told the requester only that nothing changed. */
export const isContentRead = ({ operation, status }: AccessLogLine): boolean =>
  readOperations.has(operation) && status !== 304;

/**
 * Reads as facts, oldest first. The ranges of one download are one read with their bytes summed: a download manager
 * makes thousands of them, which would drown the rest.
 */
export function objectReads(lines: AccessLogLine[], key: string): ObjectRead[] {
  const reads: ObjectRead[] = [];
  const ranges = new Map<string, ObjectRead>();
  for (const line of lines.toSorted((a, b) => a.time.localeCompare(b.time))) {
    const { time, operation, requester, address, status, bytes, objectSize, userAgent, presigned, signedBy } = line;
    const more = given({ objectSize, userAgent, presigned, signedBy });
    const read = { time, operation, key, requester, address, status, bytes, ...more };
    const download = [operation, requester, address, userAgent, presigned, signedBy].join('\n');
    const begun = status === 206 ? ranges.get(download) : undefined;
    if (begun) {
      begun.bytes += bytes;
      continue;
    }
    if (status === 206) ranges.set(download, read);
    reads.push(read);
  }
  return reads;
}
