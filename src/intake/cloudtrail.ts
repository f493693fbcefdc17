import type { Alert, Arrival } from '../domain/alert/alert.ts';
import { member, text } from '../domain/cloudtrail/fields.ts';
import { readCloudTrail } from '../domain/cloudtrail/record.ts';
import { AlertMalformed } from './refusal.ts';
import { playbookFor } from './route.ts';

/** Decodes a record about which there may be an incident; whatever else it lacks, it is an alert (P8). */
export function decodeCloudTrail(record: unknown, arrival: Arrival, refused = false): Alert {
  const { eventName, eventSource, ...activity } = readCloudTrail(record, refused);
  if (eventName === undefined) throw new AlertMalformed('the alert has no event name');
  playbookFor(eventName, eventSource);
  if (activity.time === undefined && text(member(record, 'eventTime')) !== undefined) {
    throw new AlertMalformed("the alert's time is not one");
  }
  const alert: Alert = {
    ...activity,
    eventName,
    eventId: indispensable('event id', activity.eventId, /^[\x21-\x7e]{1,128}$/),
    time: indispensable('time', activity.time, /./),
    recipientAccount: indispensable('account', activity.recipientAccount, /^\d{12}$/),
    region: indispensable('Region', activity.region, /^[a-z]{2,8}(-[a-z0-9]{1,12}){2,4}$/),
    arrival,
    missing: [],
  };
  return { ...alert, missing: missingFrom(alert) };
}

function indispensable(what: string, value: string | undefined, form: RegExp): string {
  if (value === undefined) throw new AlertMalformed(`the alert has no ${what}`);
  if (!form.test(value)) throw new AlertMalformed(`the alert's ${what} is not one`);
  return value;
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
