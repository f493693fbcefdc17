import type { Alert, Arrival } from '../domain/alert.ts';
import { isFields, member, present, text } from './fields.ts';
import { javaMapValue } from './java-map.ts';
import { AlertMalformed } from './refusal.ts';
import { playbookFor } from './route.ts';
import { principalOf } from './user-identity.ts';

/** Decodes a CloudTrail record; whatever else it lacks, it is an alert (P8). `refused`: known to have failed anyway. */
export function decodeCloudTrail(record: unknown, arrival: Arrival, refused = false): Alert {
  const eventName = text(member(record, 'eventName'));
  if (eventName === undefined) throw new AlertMalformed('the alert has no event name');
  playbookFor(eventName, text(member(record, 'eventSource')));

  const principal = principalOf(member(record, 'userIdentity'));
  const errorCode = text(member(record, 'errorCode'));
  const errorMessage = text(member(record, 'errorMessage'));
  const failed = refused || errorCode !== undefined || errorMessage !== undefined;
  const request = parameters(member(record, 'requestParameters'), `${eventName}Request`);
  const response = parameters(member(record, 'responseElements'), `${eventName}Response`);
  // CreateInstanceExportTask nests, ExportImage and CreateStoreImageTask do not.
  const task = (...path: string[]) => response('exportTask', ...path) ?? response(...path);

  const alert: Alert = {
    eventId: indispensable('event id', text(member(record, 'eventID')), /^[\x21-\x7e]{1,128}$/),
    eventName,
    outcome: failed ? 'failure' : 'success',
    time: timeOf(text(member(record, 'eventTime'))),
    recipientAccount: indispensable('account', accountOf(record) ?? principal.accountId, /^\d{12}$/),
    region: indispensable('Region', text(member(record, 'awsRegion')), /^[a-z]{2}(-[a-z]+)+-\d$/),
    principal,
    arrival,
    missing: [],
    ...present({
      errorCode,
      errorMessage,
      account: principal.accountId,
      sourceAddress: text(member(record, 'sourceIPAddress')),
      userAgent: text(member(record, 'userAgent')),
      instanceId: request('instanceId') ?? task('instanceExport', 'instanceId'),
      imageId: request('imageId') ?? task('imageId'),
      bucket:
        request('exportToS3', 's3Bucket') ??
        request('s3ExportLocation', 's3Bucket') ??
        request('bucket') ??
        task('exportToS3', 's3Bucket') ??
        task('s3ExportLocation', 's3Bucket'),
      prefix:
        request('exportToS3', 's3Prefix') ??
        request('s3ExportLocation', 's3Prefix') ??
        task('s3ExportLocation', 's3Prefix'),
      objectKey: task('exportToS3', 's3Key') ?? task('objectKey'),
      diskImageFormat:
        request('exportToS3', 'diskImageFormat') ??
        request('diskImageFormat') ??
        task('exportToS3', 'diskImageFormat') ??
        task('diskImageFormat'),
      containerFormat: request('exportToS3', 'containerFormat') ?? task('exportToS3', 'containerFormat'),
      targetEnvironment: request('targetEnvironment') ?? task('instanceExport', 'targetEnvironment'),
      exportTaskId: task('exportTaskId') ?? task('exportImageTaskId'),
      roleName: request('roleName') ?? task('roleName'),
    }),
  };
  return { ...alert, missing: missingFrom(alert) };
}

type Parameters = (...path: string[]) => string | undefined;

/**
 * Request parameters or response elements: objects, flat or wrapped in one that is named after the call, with keys in
 * EC2's lower or upper camel case; or Elastic's text of them, where only the last key of a path can be looked for.
 */
function parameters(value: unknown, wrapper: string): Parameters {
  if (typeof value === 'string') {
    return (...path) => {
      const key = path.at(-1) ?? '';
      return text(javaMapValue(value, key) ?? javaMapValue(value, capital(key)));
    };
  }
  const wrapped = member(value, wrapper);
  const root = isFields(wrapped) ? wrapped : value;
  return (...path) =>
    text(path.reduce<unknown>((current, key) => member(current, key) ?? member(current, capital(key)), root));
}

const capital = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);

function indispensable(what: string, value: string | undefined, form: RegExp): string {
  if (value === undefined) throw new AlertMalformed(`the alert has no ${what}`);
  if (!form.test(value)) throw new AlertMalformed(`the alert's ${what} is not one`);
  return value;
}

function accountOf(record: unknown): string | undefined {
  const account = member(record, 'recipientAccountId');
  // As a number it has lost its leading zeros.
  return typeof account === 'number' ? String(account).padStart(12, '0') : text(account);
}

/** CloudTrail writes ISO 8601 in UTC; copies of it drop the `T` or the zone, or add digits. */
function timeOf(value: string | undefined): string {
  const form = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d{1,3})?\d*(?:Z|[+-]00:?00)?$/;
  if (value === undefined) throw new AlertMalformed('the alert has no time');
  const [, day, clock, fraction = ''] = form.exec(value) ?? [];
  const time = Date.parse(`${day}T${clock}${fraction}Z`);
  if (Number.isNaN(time)) throw new AlertMalformed("the alert's time is not one in UTC");
  return new Date(time).toISOString();
}

/** What S47–S56 ask for and the record does not say, by field name (P8). */
function missingFrom(alert: Alert): string[] {
  const { principal, eventName } = alert;
  const image = eventName !== 'CreateInstanceExportTask';
  const stored = eventName === 'CreateStoreImageTask';
  const facts: Record<string, string | undefined> = {
    ...(image ? { imageId: alert.imageId } : { instanceId: alert.instanceId }),
    bucket: alert.bucket,
    ...(stored ? {} : { diskImageFormat: alert.diskImageFormat }),
    ...(image ? {} : { targetEnvironment: alert.targetEnvironment }),
    ...(alert.outcome === 'success' && !stored ? { exportTaskId: alert.exportTaskId } : {}),
    ...(alert.outcome === 'success' && stored ? { objectKey: alert.objectKey } : {}),
    'principal.id': principal.id,
    'principal.arn': principal.arn,
    'principal.accessKeyId': principal.accessKeyId,
    sourceAddress: alert.sourceAddress,
    userAgent: alert.userAgent,
  };
  return Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [name] : []));
}
