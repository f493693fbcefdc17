import { condition, defineSignal, setHandler } from '@temporalio/workflow';
import type { IncidentOpening } from '../../../src/domain/incident.ts';
import { attachAlertSignal } from '../../../workflows/messages.ts';

export const endSignal = defineSignal('end');
/** What the alert's user agent says when its incident is to stay open until it is ended. */
export const staysOpen = 'stays-open';

/** Under the name of the real playbook: collects the events that reach it. */
export async function ec2VmExport(opening: IncidentOpening): Promise<{ events: string[]; predecessor: string | null }> {
  const events = [opening.alert.eventId];
  let ended = opening.alert.userAgent !== staysOpen;
  setHandler(attachAlertSignal, ({ eventId }) => void events.push(eventId));
  setHandler(endSignal, () => {
    ended = true;
  });
  await condition(() => ended);
  return { events, predecessor: opening.predecessor ?? null };
}
