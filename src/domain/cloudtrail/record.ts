import type { Alert } from '../alert/alert.ts';
import { calledWith } from './called-with.ts';
import { snapshotShare } from './copies.ts';
import { member, present, text } from './fields.ts';
import { parameters, structured, type Parameters } from './parameters.ts';
import { principalOf } from './user-identity.ts';

type Indispensable = 'eventId' | 'time' | 'recipientAccount' | 'region';

/** What a CloudTrail record says about a call, whatever call it is: all of it may be absent, and nothing of it is lost. */
export type Activity = Omit<Alert, Indispensable | 'eventName' | 'arrival' | 'missing'> &
  Partial<Pick<Alert, Indispensable | 'eventName'>> & { eventSource?: string };

/** Reads a CloudTrail record of any event. `refused`: known to have failed anyway. Never throws. */
export function readCloudTrail(record: unknown, refused = false): Activity {
  // Insight events name the call that they are about one level down.
  const eventName = text(member(record, 'eventName')) ?? text(member(record, 'insightDetails', 'eventName'));
  const eventSource = text(member(record, 'eventSource'));
  const principal = principalOf(structured(member(record, 'userIdentity')));
  const errorCode = text(member(record, 'errorCode'));
  const errorMessage = text(member(record, 'errorMessage'));
  const { request, response } = callIn(record, eventName);
  const details = parameters(member(record, 'serviceEventDetails'), eventName, 'Response');
  // A failed sign-in says so under its own name, often without an error. Of other calls the caller chose what stands there.
  const isSignIn = eventSource === 'signin.amazonaws.com' && eventName !== undefined;
  const signIn = isSignIn ? (response(eventName) ?? details(eventName)) : undefined;
  const failed = refused || errorCode !== undefined || errorMessage !== undefined || signIn === 'Failure';

  return {
    outcome: failed ? 'failure' : 'success',
    principal,
    ...present({
      eventId: text(member(record, 'eventID')),
      eventName,
      eventSource,
      // Shippers move the time to where their index wants it.
      time: timeOf(member(record, 'eventTime')) ?? timeOf(member(record, '@timestamp')),
      recipientAccount: accountOf(record) ?? principal.accountId,
      region: text(member(record, 'awsRegion')),
      errorCode,
      errorMessage,
      account: principal.accountId,
      sourceAddress: text(member(record, 'sourceIPAddress')),
      vpcEndpointId: text(member(record, 'vpcEndpointId')),
      userAgent: text(member(record, 'userAgent')),
      ...calledWith(eventName, request, response),
      ...(eventName === 'ModifySnapshotAttribute' ? snapshotShare(record, request('snapshotId')) : {}),
    }),
  };
}

/** What the call of a record was made with, and what the service answered. */
export const callIn = (
  record: unknown,
  eventName: string | undefined,
): { request: Parameters; response: Parameters } => ({
  request: parameters(member(record, 'requestParameters'), eventName, 'Request'),
  response: parameters(member(record, 'responseElements'), eventName, 'Response'),
});

function accountOf(record: unknown): string | undefined {
  const account = member(record, 'recipientAccountId');
  // As a number it has lost its leading zeros.
  return typeof account === 'number' ? String(account).padStart(12, '0') : text(account);
}

const clockForm = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d{1,3})?\d*(?: ?(Z|UTC|[+-]\d{2}:?\d{2}))?$/;

/** CloudTrail writes ISO 8601 in UTC; copies of it drop the `T` or the zone, add digits, or count seconds since 1970. */
function timeOf(value: unknown): string | undefined {
  if (typeof value === 'number') return isoOf(value > 1e11 ? value : value * 1000);
  const [, day, clock, fraction = '', zone = 'Z'] = clockForm.exec(text(value) ?? '') ?? [];
  if (day === undefined || clock === undefined) return undefined;
  const offset = zone === 'UTC' ? 'Z' : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  return isoOf(Date.parse(`${day}T${clock}${fraction}${offset}`));
}

/** Years of four digits: what is reckoned from a time must be one, too. */
const isoOf = (milliseconds: number): string | undefined => {
  const time = new Date(milliseconds);
  const year = time.getUTCFullYear();
  return year >= 1000 && year <= 9998 ? time.toISOString() : undefined;
};
