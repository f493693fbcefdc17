import type { Alert, AlertSubject, Arrival } from '../domain/alert/alert.ts';
import { member, present, text } from '../domain/cloudtrail/fields.ts';
import { callIn, readCloudTrail } from '../domain/cloudtrail/record.ts';
import type { AboutCall, PlaybookDescriptor } from '../../workflows/shared/descriptor.ts';
import { AlertMalformed, AlertUnsupported } from './refusal.ts';
import { playbookFor, usualPlaybooks, type Playbooks } from './route.ts';

/** More than any clock of ours is wrong by: what an incident looks up, it looks up by the time of the call. */
const clocksDiffer = 86_400_000;

/** Decodes a record about which there may be an incident; whatever else it lacks, it is an alert (P8). */
export function decodeCloudTrail(
  record: unknown,
  arrival: Arrival,
  playbooks: Playbooks = usualPlaybooks,
  refused = false,
): Alert {
  const { eventName, eventSource, ...activity } = readCloudTrail(record, refused);
  if (eventName === undefined) throw new AlertMalformed('the alert has no event name');
  const playbook = playbookFor(eventName, eventSource, playbooks);
  if (activity.time === undefined && text(member(record, 'eventTime')) !== undefined) {
    throw new AlertMalformed("the alert's time is not one");
  }
  if (Date.parse(activity.time ?? '') > Date.parse(arrival.receivedAt) + clocksDiffer) {
    throw new AlertMalformed("the alert's time is later than today: nothing of the call could be looked up by it");
  }
  const { request, response } = callIn(record, eventName);
  const about = playbook.about?.(request, response);
  const alert: Alert = {
    ...activity,
    eventName,
    eventId: indispensable('event id', activity.eventId, /^[\x21-\x7e]{1,128}$/),
    time: indispensable('time', activity.time, /./),
    recipientAccount: indispensable('account', activity.recipientAccount, /^\d{12}$/),
    region: indispensable('Region', activity.region, /^[a-z]{2,8}(-[a-z0-9]{1,12}){2,4}$/),
    ...(about && { about: subjectIn(about) }),
    arrival,
    missing: [],
  };
  const why = playbook.whyNot?.(alert) ?? null;
  if (why !== null) throw new AlertUnsupported(why);
  return { ...alert, missing: missingFrom(alert, playbook) };
}

function indispensable(what: string, value: string | undefined, form: RegExp): string {
  if (value === undefined) throw new AlertMalformed(`the alert has no ${what}`);
  if (!form.test(value)) throw new AlertMalformed(`the alert's ${what} is not one`);
  return value;
}

const subjectIn = ({ id, says }: AboutCall): AlertSubject => ({
  ...present({ id }),
  says: Object.fromEntries(Object.entries(says).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]]))),
});

/** What the playbook asks for and the record does not say, by field name (P8). */
function missingFrom(alert: Alert, { facts }: PlaybookDescriptor): string[] {
  const { principal, sourceAddress, userAgent } = alert;
  const asked: Record<string, unknown> = {
    ...facts(alert),
    'principal.id': principal.id,
    'principal.arn': principal.arn,
    'principal.accessKeyId': principal.accessKeyId,
    sourceAddress,
    userAgent,
  };
  return Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [name] : []));
}
