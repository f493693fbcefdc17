import type { Answer } from './evidence.ts';
import type { ExportObjectFacts } from './facts.ts';
import { isInside, isResponder, type Perimeter } from '../policy/perimeter.ts';
import type { Principal } from '../alert/principal.ts';
import { policyArn } from '../alert/principal.ts';
import type { BucketFacts } from './bucket-facts.ts';
import type { ObjectRead, ObjectReadFacts } from './read-facts.ts';

/** Operations of the access log that hand out the object's bytes; HEAD, tagging and listings do not. */
const fetches = /(^|\.)(GET\.OBJECT|COPY\.OBJECT_GET|COPY\.PART_GET|SELECT\.OBJECT(_CONTENT)?)$/;

export const isDownload = (read: ObjectRead): boolean =>
  fetches.test(read.operation) && (read.status === 200 || read.status === 206);

export interface DownloadAnswer {
  answer: Answer;
  /** Successful reads by anybody but our own responders. */
  downloads: ObjectRead[];
  /** Those of them by somebody outside the organisation, anonymous readers included. */
  outside: ObjectRead[];
  /** Those under a name of ours that does not tell who read: anybody may hold the actor's key, or a signed URL. */
  byAnybody: ObjectRead[];
  /** Set when the answer is unknown. */
  whyUnknown?: string;
}

/**
 * Why the absence of reads in the log proves nothing (P8), or null when it may be taken as a no: logging is on and the
 * log reaches past the end of the export. Even then delivery is best effort.
 */
export function whyNotExcluded(
  reads: ObjectReadFacts | null,
  object: ExportObjectFacts | null,
  bucket: BucketFacts | null,
): string | null {
  if (!reads) return 'the access logs were not read';
  if (!reads.logging) {
    const unread = loggingGap(bucket);
    const logs = unread === null ? 'access logging is off' : `whether access logging is on is not known (${unread})`;
    return `${logs}, and ${dataEventsSay(reads)}`;
  }
  const gap = reads.gaps[0];
  if (gap) return `${gap.what}: ${gap.why}`;
  if (reads.unreadable > 0) return `${reads.unreadable} lines of the access log could not be read`;
  if (!object) return 'it is not known when the export was finished';
  if (!reads.loggedUntil) return 'no access log has been delivered yet';
  if (!(Date.parse(reads.loggedUntil) > Date.parse(object.lastModified))) {
    return `the access log reaches ${reads.loggedUntil}, the export was finished ${object.lastModified}`;
  }
  return null;
}

/** Why it is not known whether the bucket logs accesses, or null. No logging is an answer; a refusal is none. */
export function loggingGap(bucket: BucketFacts | null): string | null {
  const gap = bucket?.gaps.find(({ what }) => what === 'bucket logging' || what === 'bucket');
  return gap && bucket?.logging === null ? gap.why : null;
}

/** Data events prove no absence: a trail may record those of some keys only. */
function dataEventsSay({ dataEvents }: ObjectReadFacts): string {
  if (!dataEvents) return "CloudTrail's data events were not asked for: nobody is known to have recorded reads";
  return dataEvents.recordedUntil === undefined
    ? `no data event of a read of this bucket is known up to ${dataEvents.to}: nobody is known to have recorded reads`
    : `data events, which record reads of this bucket up to ${dataEvents.recordedUntil} at least, show none of the export, but may leave its key out`;
}

const isActor = (requester: string, actor: Principal): boolean =>
  requester === actor.arn || requester === policyArn(actor);

/** Was the image downloaded, and by whom (S73, S122). `answer` is about anybody, `outside` and `byAnybody` say whose. */
export function downloadsOf(
  reads: ObjectReadFacts | null,
  object: ExportObjectFacts | null,
  bucket: BucketFacts | null,
  actor: Principal,
  perimeter: Perimeter,
): DownloadAnswer {
  const downloads = (reads?.reads ?? []).filter(
    (read) => isDownload(read) && !isResponder(read.requester, perimeter.responders),
  );
  const outside = downloads.filter(
    ({ requester }) => requester !== bucket?.acl?.ownerId && !isInside(requester, perimeter),
  );
  const byAnybody = downloads.filter((read) => read.presigned === true || isActor(read.requester, actor));
  if (downloads.length > 0) return { answer: 'yes', downloads, outside, byAnybody };
  const whyUnknown = whyNotExcluded(reads, object, bucket);
  return whyUnknown === null
    ? { answer: 'no', downloads, outside, byAnybody }
    : { answer: 'unknown', downloads, outside, byAnybody, whyUnknown };
}

/** Was it read outside the organisation (S122). A download by the actor or by a signed URL leaves it open: anybody may hold them. */
export function readOutside(
  downloads: DownloadAnswer,
  notExcluded: string | null,
): { value: Answer; evidence: string } {
  const first = downloads.outside[0];
  if (first) {
    const who = first.requester === '-' ? 'an anonymous reader' : first.requester;
    return {
      value: 'yes',
      evidence: `${first.from ?? 'access log'}: read by ${who} from ${first.address} at ${first.time}`,
    };
  }
  const anybody = downloads.byAnybody[0];
  if (anybody) {
    const { presigned, requester, address, time } = anybody;
    const who = presigned ? `somebody with a URL signed by ${requester}` : 'the actor';
    return { value: 'unknown', evidence: `${who} read it from ${address} at ${time}; nothing tells where that is` };
  }
  return notExcluded === null
    ? { value: 'no', evidence: 'the access log shows no read by anybody outside' }
    : { value: 'unknown', evidence: notExcluded };
}
