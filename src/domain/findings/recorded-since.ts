import { recordsBucket } from '../cloudtrail/recorded-objects.ts';
import { bucketArn } from '../policy/arns.ts';
import { told, whyChangesMissing } from './finding.ts';
import { exportLocation, type CaseFile } from './case-file.ts';
import type { TrailEvent, TrailFacts } from './trail-facts.ts';

/** Calls that switch on, or off, that reads of objects are recorded. */
export const recordingCalls = ['PutBucketLogging', 'PutEventSelectors'];

/** Since when reads of the bucket are recorded: what bounds a "no", and an "unknown" (P8). Empty: nobody asked. */
export function recordedSince(file: CaseFile): string {
  const { recordingTrail, reads } = file;
  const { bucket } = exportLocation(file);
  if (bucket === undefined) return '';
  const kept = reads?.logsSince === undefined ? [] : [`the oldest access log that is kept is of ${reads.logsSince}`];
  if (recordingTrail === undefined) return kept.join('; ');
  if (!recordingTrail) return [...kept, 'since when reads are recorded could not be looked up'].join('; ');
  const done = recordingTrail.events.filter(({ errorCode }) => errorCode === undefined);
  const arn = bucketArn(file.alert.region, bucket);
  // Where the trail was not read, both have the same reason.
  const since = new Set([accessLogs(recordingTrail, done, bucket), dataEvents(recordingTrail, done, arn)]);
  return [...kept, ...since].join('; ');
}

function accessLogs(trail: TrailFacts, done: TrailEvent[], bucket: string): string {
  const set = done.find(({ eventName, recording }) => eventName === 'PutBucketLogging' && recording?.bucket === bucket);
  if (set) return `access logging was last set by ${told(set)} (${set.recording?.what ?? 'how is not recorded'})`;
  return whyUnseen(trail) ?? `access logging was not changed since ${trail.from}`;
}

/** Of each trail its newest selectors count, which replace all before. */
function dataEvents(trail: TrailFacts, done: TrailEvent[], arn: string): string {
  const newest = new Map<string, TrailEvent>();
  for (const event of done) {
    const key = `${event.region} ${event.recording?.trail ?? ''}`;
    if (event.eventName === 'PutEventSelectors' && !newest.has(key)) newest.set(key, event);
  }
  const recording = [...newest.values()].filter(({ recording }) => recordsBucket(recording?.objects ?? [], arn));
  if (recording.length > 0) {
    const how = recording.map((event) => `${event.recording?.trail ?? 'a trail'} by ${told(event)}`).join(', ');
    return `its reads are data events of CloudTrail since: ${how}`;
  }
  return whyUnseen(trail) ?? `no call since ${trail.from} made CloudTrail record all of its reads as data events`;
}

const whyUnseen = (trail: TrailFacts): string | null => {
  const why = whyChangesMissing(trail);
  return why === null ? null : `since when is not known: ${why}`;
};
