import type { Alert } from './alert.ts';
import type { TrailFacts } from '../findings/trail-facts.ts';

/**
 * Whoever may send alerts could send one about an export before its own event arrives, naming somebody else, and the true
 * one would only be attached. A task is made by one call: a second event about it says that one of the two is not
 * CloudTrail's. Null: nothing contradicts the alert.
 */
export function contradictedByAlert(alert: Alert, other: Alert): string | null {
  if (alert.exportTaskId === undefined || other.exportTaskId !== alert.exportTaskId) return null;
  return other.eventId === alert.eventId ? null : anotherCall(alert, other.eventId, other.principal.arn);
}

/** The same by CloudTrail itself, which nobody writes into. */
export function contradictedByTrail(alert: Alert, trail: TrailFacts | null | undefined): string | null {
  for (const { eventId, principalArn, copies = [] } of trail?.events ?? []) {
    if (eventId === alert.eventId) {
      const { arn } = alert.principal;
      if (principalArn === undefined || arn === undefined || principalArn === arn) continue;
      return `CloudTrail has event ${eventId} by ${principalArn}, the alert says by ${arn}`;
    }
    const makes = copies.some(({ kind, id }) => kind === 'export' && id === alert.exportTaskId);
    if (makes) return anotherCall(alert, eventId, principalArn);
  }
  return null;
}

const anotherCall = ({ exportTaskId, eventId, principal }: Alert, other: string, by: unknown): string =>
  `task ${exportTaskId ?? ''} was made by one call, and two events tell of it: ${eventId} by ${principal.arn ?? 'nobody named'}` +
  `, ${other} by ${typeof by === 'string' ? by : 'nobody named'}`;
