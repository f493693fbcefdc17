import { isFields, member, present, text } from './fields.ts';
import { recordedObjects } from './recorded-objects.ts';
import { structured } from './parameters.ts';
import type { RecordingChange } from '../findings/trail-facts.ts';

/**
 * What a call changed about what is recorded or how long it is kept, as far as its record tells; undefined for any other
 * call. The state before stands in no record: what was written is judged by itself.
 */
export function recordingChange(record: unknown): RecordingChange | undefined {
  const eventName = text(member(record, 'eventName')) ?? '';
  if (!Object.hasOwn(readers, eventName)) return undefined;
  const request = structured(member(record, 'requestParameters'));
  const bucket = text(member(request, 'bucketName'));
  const change = readers[eventName]?.(request) ?? unknown('the record does not tell what');
  if (eventName !== 'PutEventSelectors') return { ...change, ...present({ bucket }) };
  return { ...change, ...present({ trail: text(member(request, 'trailName')) }), objects: recordedObjects(request) };
}

type Reader = (request: unknown) => RecordingChange;

const less = (what: string): RecordingChange => ({ effect: 'less', what });
const notLess = (what: string): RecordingChange => ({ effect: 'not less', what });
const unknown = (what: string): RecordingChange => ({ effect: 'unknown', what });

const truth = (value: unknown): boolean | undefined => {
  const said = text(value);
  return said === undefined ? undefined : said === 'true';
};
const listIn = (value: unknown, name: string): unknown[] => {
  const found = member(value, name);
  return Array.isArray(found) ? (found as unknown[]) : [];
};

/** Everything that manages resources is recorded when one selector wants all of it. */
function selectors(request: unknown): RecordingChange {
  const basic = listIn(request, 'eventSelectors');
  const advanced = listIn(request, 'advancedEventSelectors');
  if (basic.length + advanced.length === 0) return less('selects no events');
  const whole =
    basic.some(
      (selector) =>
        truth(member(selector, 'includeManagementEvents')) !== false &&
        (text(member(selector, 'readWriteType')) ?? 'All') === 'All' &&
        listIn(selector, 'excludeManagementEventSources').length === 0,
    ) || advanced.some(selectsAllManagement);
  return whole ? notLess('selects all management events') : less('leaves out management events');
}

function selectsAllManagement(selector: unknown): boolean {
  const fields = listIn(selector, 'fieldSelectors');
  const [only, ...more] = fields;
  return (
    more.length === 0 &&
    text(member(only, 'field')) === 'eventCategory' &&
    listIn(only, 'equals').some((value) => text(value) === 'Management')
  );
}

/** Only what is named is changed. */
function trail(request: unknown): RecordingChange {
  const off = ['isMultiRegionTrail', 'includeGlobalServiceEvents', 'enableLogFileValidation'].filter(
    (setting) => truth(member(request, setting)) === false,
  );
  const bucket = text(member(request, 's3BucketName'));
  const parts = [
    ...off.map((setting) => `sets ${setting} to false`),
    ...(bucket === undefined ? [] : [`writes to bucket ${bucket}`]),
  ];
  return parts.length === 0 ? notLess('takes nothing away') : less(parts.join(', '));
}

/** GuardDuty: switched off as a whole, or a source or feature of it. */
function detector(request: unknown): RecordingChange {
  if (truth(member(request, 'enable')) === false) return less('switches the detector off');
  const features = listIn(request, 'features').filter((feature) => text(member(feature, 'status')) === 'DISABLED');
  const named = features.flatMap((feature) => text(member(feature, 'name')) ?? []);
  if (features.length > 0) return less(`switches ${named.join(', ') || 'features'} off`);
  const sources = member(request, 'dataSources');
  if (isFields(sources) && /"enable":"?false/.test(JSON.stringify(sources))) return less('switches data sources off');
  return notLess('switches nothing off');
}

function accessLogs(request: unknown): RecordingChange {
  const status = member(request, 'BucketLoggingStatus') ?? member(request, 'bucketLoggingStatus');
  const on = member(status, 'LoggingEnabled') ?? member(status, 'loggingEnabled');
  return isFields(on) ? notLess('switches access logging on') : less('switches access logging off');
}

/** Rules that delete; rules that only move to cheaper storage, and rules that are off, do not. */
function lifecycle(request: unknown): RecordingChange {
  const configuration = member(request, 'LifecycleConfiguration') ?? member(request, 'lifecycleConfiguration');
  const found = member(configuration, 'Rule') ?? member(configuration, 'rule') ?? member(configuration, 'Rules');
  if (found === undefined) return unknown('the record does not tell which rules');
  const rules = Array.isArray(found) ? (found as unknown[]) : [found];
  const deleting = rules.filter(
    (rule) =>
      text(member(rule, 'Status')) !== 'Disabled' &&
      (member(rule, 'Expiration') !== undefined || member(rule, 'NoncurrentVersionExpiration') !== undefined),
  );
  return deleting.length > 0 ? less('lets objects expire') : notLess('lets nothing expire');
}

const deliverers = ['cloudtrail.amazonaws.com', 'delivery.logs.amazonaws.com', 'logging.s3.amazonaws.com'];
const several = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [value]);

/** What a log bucket's policy is for: letting logs in. A deny of everybody's writes under no condition shuts them out. */
function logBucketPolicy(request: unknown): RecordingChange {
  const policy = member(request, 'bucketPolicy');
  if (!isFields(policy)) return unknown('the record does not tell which policy');
  const statements = several(member(policy, 'Statement'));
  const writes = (statement: unknown) =>
    several(member(statement, 'Action')).some((action) => /^(\*|s3:(\*|Put(\*|Object\*?)))$/i.test(text(action) ?? ''));
  const shut = statements.some(
    (statement) =>
      member(statement, 'Effect') === 'Deny' &&
      member(statement, 'Condition') === undefined &&
      (writes(statement) || member(statement, 'NotAction') !== undefined),
  );
  if (shut) return less('denies writing to it');
  const open = statements.some(
    (statement) =>
      member(statement, 'Effect') === 'Allow' &&
      writes(statement) &&
      several(member(statement, 'Principal', 'Service')).some((service) => deliverers.includes(text(service) ?? '')),
  );
  return open ? notLess('lets logs in') : less('lets no logs in');
}

const readers: Record<string, Reader> = {
  PutEventSelectors: selectors,
  UpdateTrail: trail,
  UpdateDetector: detector,
  PutBucketLogging: accessLogs,
  PutBucketLifecycle: lifecycle,
  PutBucketLifecycleConfiguration: lifecycle,
  PutBucketPolicy: logBucketPolicy,
  DeleteBucketPolicy: () => less('takes its policy away, which lets logs in'),
  DeleteBucket: () => less('deletes it'),
};
