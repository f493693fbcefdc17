import type { WorkflowHandle } from '@temporalio/client';
import { searchAttributes } from '../workflows/messages.ts';
import { eventsOf, kindOf, timeOf, type HistoryEvent } from './history-events.ts';

export interface Event {
  kind: string;
  id: string;
}
export interface RanActivity {
  name: string;
  /** Bytes of the payloads. */
  input: number;
  output: number;
  /** Milliseconds from its start on a worker to its answer. */
  took: number;
}

/** What is counted of a history: the server's work, what is stored, and what Temporal Cloud bills. */
export interface IncidentHistory {
  events: Event[];
  /** By the id of the event that scheduled them. */
  activities: Map<string, RanActivity>;
  /** Milliseconds of the timers that came to their end, by the id of the event in which they did. */
  waits: Map<string, number>;
  /** Bytes that the workflow was started with, and that it answered. */
  input: number;
  output: number;
  /** Of all payloads. */
  payloadBytes: number;
  /** As https://docs.temporal.io/cloud/pricing#action counts: starts, activities, timers, messages, attributes. */
  actions: number;
  /** The same by the phase in which they fall. */
  actionsByPhase: Record<string, number>;
}

/** Kinds of events that are an action each; a start of a child counts as two. */
const billed: Record<string, number> = {
  workflowExecutionStarted: 1,
  activityTaskScheduled: 1,
  timerStarted: 1,
  workflowExecutionSignaled: 1,
  workflowExecutionUpdateAccepted: 1,
  upsertWorkflowSearchAttributes: 1,
  workflowPropertiesModified: 1,
  markerRecorded: 1,
  startChildWorkflowExecutionInitiated: 2,
  signalExternalWorkflowExecutionInitiated: 1,
};

type Payloads = NonNullable<HistoryEvent['activityTaskScheduledEventAttributes']>['input'];

const sizeOf = (payloads: Payloads): number =>
  (payloads?.payloads ?? []).reduce((sum, { data }) => sum + (data?.length ?? 0), 0);

/** Reads a workflow's history as the server has it. */
export const incidentHistory = async (handle: WorkflowHandle): Promise<IncidentHistory> =>
  historyOf(await eventsOf(handle));

export function historyOf(raw: HistoryEvent[]): IncidentHistory {
  const events: Event[] = [];
  const actionsByPhase: Record<string, number> = {};
  let phase = 'triage';
  const activities = new Map<string, RanActivity>();
  const timers = new Map<string, number>();
  const waits = new Map<string, number>();
  let input = 0;
  let output = 0;
  let payloadBytes = 0;
  let actions = 0;
  for (const event of raw) {
    const kind = kindOf(event);
    const id = String(event.eventId);
    events.push({ kind, id });
    phase = phaseFrom(event) ?? phase;
    actions += billed[kind] ?? 0;
    actionsByPhase[phase] = (actionsByPhase[phase] ?? 0) + (billed[kind] ?? 0);
    payloadBytes += payloadsOf(event);
    input += sizeOf(event.workflowExecutionStartedEventAttributes?.input);
    output += sizeOf(event.workflowExecutionCompletedEventAttributes?.result);
    const timer = event.timerStartedEventAttributes;
    if (timer) timers.set(id, millisecondsOf(timer.startToFireTimeout));
    const fired = timers.get(String(event.timerFiredEventAttributes?.startedEventId));
    if (fired !== undefined) waits.set(id, fired);
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      activities.set(id, {
        name: scheduled.activityType?.name ?? '',
        input: sizeOf(scheduled.input),
        output: 0,
        took: 0,
      });
    }
    const started = activities.get(String(event.activityTaskStartedEventAttributes?.scheduledEventId));
    if (started) started.took = -timeOf(event);
    const completed = event.activityTaskCompletedEventAttributes;
    const activity = completed && activities.get(String(completed.scheduledEventId));
    if (activity) {
      activity.output = sizeOf(completed.result);
      activity.took += timeOf(event);
    }
  }
  return { events, activities, waits, input, output, payloadBytes, actions, actionsByPhase };
}

const millisecondsOf = (time: { seconds?: unknown; nanos?: number | null } | null | undefined): number =>
  Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1_000_000;

/** The phase that begins with this event. */
function phaseFrom(event: HistoryEvent): string | undefined {
  const fields = event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields;
  const data = fields?.[searchAttributes.phase.name]?.data;
  return data ? (JSON.parse(Buffer.from(data).toString()) as string) : undefined;
}

function payloadsOf(event: HistoryEvent): number {
  return (
    sizeOf(event.workflowExecutionStartedEventAttributes?.input) +
    sizeOf(event.activityTaskScheduledEventAttributes?.input) +
    sizeOf(event.activityTaskCompletedEventAttributes?.result) +
    sizeOf(event.workflowExecutionSignaledEventAttributes?.input) +
    sizeOf(event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.args) +
    sizeOf(event.workflowExecutionUpdateCompletedEventAttributes?.outcome?.success) +
    sizeOf(event.workflowExecutionCompletedEventAttributes?.result)
  );
}
