import type { History, Payload } from '@temporalio/common/lib/proto-utils.js';
import { activityOptions, milliseconds } from './activity-options.ts';
import type { IssuedCommand } from './replay-interceptors.ts';

/** One thing that the workflow did, in comparable form: from the history, or from the replay. */
export interface Act {
  kind: 'activity' | 'timer' | 'search attributes' | 'memo' | 'update' | 'result';
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

/** A failure and what caused it; where in the code it was thrown is nobody's claim. */
function failureContent(failure: unknown): unknown {
  if (typeof failure !== 'object' || failure === null) return null;
  const { message = '', applicationFailureInfo, cause } = failure as Fields;
  const { type = '', nonRetryable = false } = (applicationFailureInfo ?? {}) as Fields;
  return { message, type: type ?? '', nonRetryable: nonRetryable ?? false, cause: failureContent(cause) };
}

/** What people read beside a step; nothing where nothing was given. */
const summaryOf = (summary: unknown): { summary?: unknown } => (summary ? { summary } : {});

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
          ...activityOptions(activity),
          ...summaryOf(event.userMetadata?.summary && payloadContent(event.userMetadata.summary)),
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
        name: namesIn(fields),
        content: fieldsOf(fields),
      },
    ];
  }
  const update = event.workflowExecutionUpdateCompletedEventAttributes;
  if (update) {
    const { outcome } = update;
    const content = outcome?.failure ? failureContent(outcome.failure) : payloads(outcome?.success);
    return [{ kind: 'update', name: update.meta?.updateId ?? '?', content }];
  }
  const completed = event.workflowExecutionCompletedEventAttributes;
  if (completed) return [{ kind: 'result', name: 'result', content: payloads(completed.result) }];
  const failed = event.workflowExecutionFailedEventAttributes;
  if (failed) return [{ kind: 'result', name: 'failure', content: failureContent(failed.failure) }];
  const memo = event.workflowPropertiesModifiedEventAttributes?.upsertedMemo;
  if (memo) return [{ kind: 'memo', name: namesIn(memo.fields), content: fieldsOf(memo.fields) }];
  return [];
}

const namesIn = (fields: object | null | undefined): string =>
  Object.keys(fields ?? {})
    .sort()
    .join();

type Fields = Record<string, unknown>;
const issuedPayload = (value: unknown): unknown => {
  const { metadata, data } = (value ?? {}) as {
    metadata?: Record<string, { bytes: string }>;
    data?: { bytes: string };
  };
  return { encoding: metadata?.encoding?.bytes ?? '', data: data?.bytes ?? '' };
};

const issuedFields = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, issuedPayload(value)]));

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
              ...activityOptions(command),
              ...summaryOf(command.summary && issuedPayload(command.summary)),
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
        return [{ kind: 'search attributes', name: namesIn(indexed), content: issuedFields(indexed) }];
      }
      case 'modifyWorkflowProperties': {
        const { fields } = (command.upsertedMemo ?? {}) as { fields?: Fields };
        return [{ kind: 'memo', name: namesIn(fields), content: issuedFields(fields ?? {}) }];
      }
      case 'updateResponse': {
        const { completed, rejected, protocolInstanceId } = command;
        if (!completed && !rejected) return [];
        const content = completed ? [issuedPayload(completed)] : failureContent(rejected);
        return [{ kind: 'update', name: String(protocolInstanceId), content }];
      }
      case 'completeWorkflowExecution':
        return [{ kind: 'result', name: 'result', content: [issuedPayload(command.result)] }];
      case 'failWorkflowExecution':
        return [{ kind: 'result', name: 'failure', content: failureContent(command.failure) }];
      default:
        return [];
    }
  });
}
