import type { History, Payload } from '@temporalio/common/lib/proto-utils.js';
import type { IssuedCommand } from './replay-interceptors.ts';

/** One thing that the workflow did, in comparable form: from the history, or from the replay. */
export interface Act {
  kind: 'activity' | 'timer' | 'search attributes' | 'update' | 'result';
  /** What people call it: activity type, update id. */
  name: string;
  /** Everything that must be equal. */
  content: unknown;
}
/** As the history has it, with the event that says so. */
export interface RecordedAct extends Act {
  event: number;
}

/** Payload bytes as text, one character a byte, with the encoding beside them. */
const payloadContent = (payload: Payload): unknown => ({
  encoding: text(payload.metadata?.encoding),
  data: text(payload.data),
});
const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('latin1');
const payloads = (list: { payloads?: Payload[] | null } | null | undefined): unknown[] =>
  (list?.payloads ?? []).map(payloadContent);
const fieldsOf = (fields: Record<string, Payload> | null | undefined): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields ?? {}).map(([name, payload]) => [name, payloadContent(payload)]));

/** Seconds and nanoseconds in either spelling as milliseconds. */
function milliseconds(duration: unknown): number | null {
  if (typeof duration !== 'object' || duration === null) return null;
  const { seconds = 0, nanos = 0 } = duration as { seconds?: unknown; nanos?: number | null };
  return Number(seconds ?? 0) * 1000 + Math.round((nanos ?? 0) / 1e6);
}

/** The workflow's own acts as the history has them, by kind and in order. */
export const recordedActs = (history: History): RecordedAct[] =>
  (history.events ?? []).flatMap((event) => actsIn(event).map((act) => ({ ...act, event: Number(event.eventId) })));

function actsIn(event: NonNullable<History['events']>[number]): Act[] {
  const activity = event.activityTaskScheduledEventAttributes;
  if (activity) {
    return [
      {
        kind: 'activity',
        name: activity.activityType?.name ?? '?',
        content: {
          input: payloads(activity.input),
          taskQueue: activity.taskQueue?.name,
          startToClose: milliseconds(activity.startToCloseTimeout),
        },
      },
    ];
  }
  const timer = event.timerStartedEventAttributes;
  if (timer) return [{ kind: 'timer', name: timer.timerId ?? '?', content: milliseconds(timer.startToFireTimeout) }];
  const upsert = event.upsertWorkflowSearchAttributesEventAttributes;
  if (upsert) {
    const fields = upsert.searchAttributes?.indexedFields;
    return [
      {
        kind: 'search attributes',
        name: Object.keys(fields ?? {})
          .sort()
          .join(),
        content: fieldsOf(fields),
      },
    ];
  }
  const update = event.workflowExecutionUpdateCompletedEventAttributes;
  if (update) {
    const { outcome } = update;
    return [{ kind: 'update', name: update.meta?.updateId ?? '?', content: payloads(outcome?.success) }];
  }
  const completed = event.workflowExecutionCompletedEventAttributes;
  if (completed) return [{ kind: 'result', name: 'result', content: payloads(completed.result) }];
  return [];
}

type Fields = Record<string, unknown>;
const issuedPayload = (value: unknown): unknown => {
  const { metadata, data } = (value ?? {}) as {
    metadata?: Record<string, { bytes: string }>;
    data?: { bytes: string };
  };
  return { encoding: metadata?.encoding?.bytes ?? '', data: data?.bytes ?? '' };
};

/** The acts of one activation of the replayed code. A timer that is started and cancelled at once never reaches the server. */
export function issuedActs(commands: IssuedCommand[]): Act[] {
  const cancelled = new Set(
    commands.filter(({ kind }) => kind === 'cancelTimer').map(({ fields }) => (fields as Fields).seq),
  );
  return commands.flatMap(({ kind, fields }): Act[] => {
    const command = fields as Fields;
    switch (kind) {
      case 'scheduleActivity':
        return [
          {
            kind: 'activity',
            name: String(command.activityType),
            content: {
              input: ((command.arguments ?? []) as unknown[]).map(issuedPayload),
              taskQueue: command.taskQueue,
              startToClose: milliseconds(command.startToCloseTimeout),
            },
          },
        ];
      case 'startTimer':
        return cancelled.has(command.seq)
          ? []
          : [{ kind: 'timer', name: String(command.seq), content: milliseconds(command.startToFireTimeout) }];
      case 'upsertWorkflowSearchAttributes': {
        const attributes = command.searchAttributes as Fields;
        const indexed = (attributes.indexedFields ?? attributes) as Fields;
        const content = Object.fromEntries(
          Object.entries(indexed).map(([name, value]) => [name, issuedPayload(value)]),
        );
        return [{ kind: 'search attributes', name: Object.keys(indexed).sort().join(), content }];
      }
      case 'updateResponse': {
        const { completed, protocolInstanceId } = command;
        return completed
          ? [{ kind: 'update', name: String(protocolInstanceId), content: [issuedPayload(completed)] }]
          : [];
      }
      case 'completeWorkflowExecution':
        return [{ kind: 'result', name: 'result', content: [issuedPayload(command.result)] }];
      default:
        return [];
    }
  });
}
