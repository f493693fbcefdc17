import type { WorkflowHandle } from '@temporalio/client';
import { eventsOf, kindOf, timeOf } from './history-events.ts';

/** When the server noted what. */
export interface Moment {
  /** The event's kind. */
  what: string;
  at: number;
  /** Of an activity that was started: its type. */
  activity?: string;
}

export async function momentsOf(handle: WorkflowHandle): Promise<Moment[]> {
  const activities = new Map<string, string>();
  return (await eventsOf(handle)).map((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes?.activityType?.name;
    if (typeof scheduled === 'string') activities.set(String(event.eventId), scheduled);
    const activity = activities.get(String(event.activityTaskStartedEventAttributes?.scheduledEventId));
    return { what: kindOf(event), at: timeOf(event), ...(activity === undefined ? {} : { activity }) };
  });
}
