import { shortened } from '../approval/request-message.ts';
import type { Finding } from '../findings/evidence.ts';
import type { ExportTaskFacts } from '../findings/facts.ts';
import { finding } from '../findings/finding.ts';
import type { TrailEvent, TrailFacts } from '../findings/trail-facts.ts';
import type { Alert } from './alert.ts';

/**
 * Whoever may send alerts could send one about an export before its own event arrives, naming somebody else, and the true
 * one would only be attached. A task is made by one call: a second event about it says that one of the two is not
 * CloudTrail's. And one event tells one thing, whichever door it comes by. Null: nothing contradicts the alert.
 */
export function contradictedByAlert(alert: Alert, other: Alert): string | null {
  if (other.eventId === alert.eventId) {
    const difference = differenceOf(toldBy(alert), toldBy(other));
    return (
      difference && shortened(`two alerts of event ${alert.eventId} differ: ${difference.join(', and ')}`, longest)
    );
  }
  if (alert.exportTaskId === undefined || other.exportTaskId !== alert.exportTaskId) return null;
  return anotherCall(alert, other.eventId, other.principal.arn);
}

/** The same by CloudTrail itself, which nobody writes into. */
export function contradictedByTrail(alert: Alert, trail: TrailFacts | null | undefined): string | null {
  for (const event of trail?.events ?? []) {
    const { eventId, principalArn, copies = [] } = event;
    if (eventId === alert.eventId) {
      const difference = differenceOf(toldBy(alert), recordedOf(event)) ?? farApart(alert, event);
      if (!difference) continue;
      const [said, recorded] = difference;
      return shortened(`CloudTrail has event ${eventId} ${recorded}, the alert says ${said}`, longest);
    }
    const makes = copies.some(({ kind, id }) => kind === 'export' && id === alert.exportTaskId);
    if (makes) return anotherCall(alert, eventId, principalArn);
  }
  return null;
}

/** And by EC2, which knows of each task what is exported, and where to. */
export function contradictedByTask(alert: Alert, task: ExportTaskFacts | null): string | null {
  const { bucket, instanceId } = task ?? {};
  const difference = task && differenceOf(toldBy(alert), { 'to bucket': bucket, 'of machine': instanceId });
  if (!difference) return null;
  const [said, known] = difference;
  return shortened(`EC2 has task ${task.exportTaskId} ${known}, the alert says ${said}`, longest);
}

/** Characters: who sends alerts chooses what they say. */
const longest = 600;

/** Facts by the words that stand before them. */
type Told = Record<string, unknown>;

const toldBy = (alert: Alert): Told => ({
  by: alert.principal.arn,
  'with id': alert.principal.id,
  'with the rights of': alert.principal.issuerArn,
  'by the name of': alert.principal.name,
  'with key': alert.principal.accessKeyId,
  from: alert.sourceAddress,
  'through endpoint': alert.vpcEndpointId,
  'with outcome': alert.outcome,
  'of machine': alert.instanceId,
  'of image': alert.imageId,
  'of snapshot': alert.snapshotId,
  'to bucket': alert.bucket,
  'as task': alert.exportTaskId,
  'shared with': Array.isArray(alert.sharedWith) ? alert.sharedWith.join(', ') : undefined,
});

function recordedOf({ eventName, errorCode, copies = [], ...event }: TrailEvent): Told {
  const [made] = copies;
  return {
    by: event.principalArn,
    'with id': event.export?.id,
    'with the rights of': event.export?.issuerArn,
    'by the name of': nameIn(event.principalArn),
    'with key': event.accessKeyId,
    from: event.sourceAddress,
    'through endpoint': event.export?.vpcEndpointId,
    'with outcome': errorCode === undefined ? 'success' : 'failure',
    [eventName === 'CreateInstanceExportTask' ? 'of machine' : 'of image']: made?.from,
    'as task': made?.kind === 'export' ? made.id : undefined,
  };
}

/** What a user or role is contained by is its name, which an alert could say of another one. */
const nameIn = (arn = ''): string | undefined =>
  /:assumed-role\/(?:.*\/)?([^/]+)\/[^/]+$/.exec(arn)?.[1] ?? /:(?:federated-)?user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];

/** What one of them leaves out contradicts nothing: not every shipper keeps everything. */
function differenceOf(one: Told, other: Told): [string, string] | null {
  for (const [words, value] of Object.entries(one)) {
    const also = other[words];
    if (typeof value !== 'string' || typeof also !== 'string' || value === also) continue;
    return [`${words} ${value}`, `${words} ${also}`];
  }
  return null;
}

/** Shippers may write down when they got a record, some minutes after the call. */
const shipped = 3_600_000;

function farApart(alert: Alert, event: TrailEvent): [string, string] | null {
  return Math.abs(Date.parse(alert.time) - Date.parse(event.time)) > shipped
    ? [`at ${alert.time}`, `at ${event.time}`]
    : null;
}

const anotherCall = ({ exportTaskId, eventId, principal }: Alert, other: string, by: unknown): string =>
  `task ${exportTaskId ?? ''} was made by one call, and two events tell of it: ${eventId} by ${principal.arn ?? 'nobody named'}` +
  `, ${other} by ${typeof by === 'string' ? by : 'nobody named'}`;

/** Whoever decides reads it in the request, where a line is short: the plan is made by what the alert says. */
export const contradictionFinding = (why: string): Finding =>
  finding(
    'alert-contradicted',
    ['S54', 'S56'],
    'Is the alert contradicted?',
    'yes',
    `look the call up in CloudTrail before anything is approved: ${why}`,
  );
