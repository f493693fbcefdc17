import type { WorkflowHandle } from '@temporalio/client';

export type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** A workflow's history as the server has it. */
export const eventsOf = async (handle: WorkflowHandle): Promise<HistoryEvent[]> =>
  (await handle.fetchHistory()).events ?? [];

const attributes = 'EventAttributes';

/** As its attributes are called: `workflowTaskCompleted`, `activityTaskStarted`. */
export const kindOf = (event: HistoryEvent): string =>
  Object.keys(event)
    .find((key) => key.endsWith(attributes) && event[key as keyof HistoryEvent] != null)
    ?.slice(0, -attributes.length) ?? '';

/** Milliseconds, by the server's clock: the times of one history are of one clock. */
export const timeOf = ({ eventTime }: HistoryEvent): number =>
  Number(eventTime?.seconds ?? 0) * 1000 + (eventTime?.nanos ?? 0) / 1e6;
