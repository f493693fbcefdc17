import type { WorkflowHandle } from '@temporalio/client';

/** When the server noted what, in milliseconds: the times of one history are of one clock. */
export interface Moment {
  /** The event's kind, as its attributes are called: `workflowTaskCompleted`, `activityTaskStarted`. */
  what: string;
  at: number;
  /** Of an activity that was started: its type. */
  activity?: string;
}

export async function momentsOf(handle: WorkflowHandle): Promise<Moment[]> {
  const { events } = await handle.fetchHistory();
  const activities = new Map<string, string>();
  return (events ?? []).map((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes?.activityType?.name;
    if (typeof scheduled === 'string') activities.set(String(event.eventId), scheduled);
    const activity = activities.get(String(event.activityTaskStartedEventAttributes?.scheduledEventId));
    const { seconds, nanos } = event.eventTime ?? {};
    return {
      what:
        Object.keys(event)
          .find((key) => key.endsWith(attributes))
          ?.slice(0, -attributes.length) ?? '',
      at: Number(seconds) * 1000 + (nanos ?? 0) / 1e6,
      ...(activity === undefined ? {} : { activity }),
    };
  });
}

const attributes = 'EventAttributes';
