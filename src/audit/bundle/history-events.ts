/**
 * A history as its file has it, with payloads decoded. Nothing here trusts it: what is missing is undefined.
 */
export interface HistoryEvent {
  id: number;
  /** ISO 8601 UTC. */
  time: string;
  /** `activityTaskScheduled`, `workflowExecutionSignaled` …: what it holds. */
  kind: string;
  /** `EVENT_TYPE_ACTIVITY_TASK_SCHEDULED` …: what it says that it is. */
  type: string;
  attributes: Fields;
}
export type Fields = Record<string, unknown>;

const suffix = 'EventAttributes';

export function decodedEvents(history: unknown): HistoryEvent[] {
  const events = asFields(history).events;
  return (Array.isArray(events) ? events : []).map((event: unknown) => {
    const fields = asFields(event);
    const keys = Object.keys(fields).filter((name) => name.endsWith(suffix));
    return {
      id: Number(fields.eventId),
      time: typeof fields.eventTime === 'string' ? fields.eventTime : '',
      // One that holds two is of no kind.
      kind: keys.map((key) => key.slice(0, -suffix.length)).join(' and '),
      type: typeof fields.eventType === 'string' ? fields.eventType : '',
      attributes: asFields(fields[keys[0] ?? '']),
    };
  });
}

const ends = /^workflowExecution(Completed|Failed|TimedOut|Canceled|Terminated|ContinuedAsNew)$/;
/** Nothing follows any more. */
export const hasEnded = (events: HistoryEvent[]): boolean => ends.test(events.at(-1)?.kind ?? '');

/** In words, of the last event: `completed`, `terminated`, `timed out`; `still open`. */
export function endOf(events: HistoryEvent[]): string {
  const [, end] = ends.exec(events.at(-1)?.kind ?? '') ?? [];
  return end === undefined ? 'still open' : end.replace(/\B[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

export const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** The values of a list of JSON payloads. */
export function valuesOf(payloads: unknown): unknown[] {
  const list = asFields(payloads).payloads;
  return (Array.isArray(list) ? list : []).map((payload: unknown) => {
    const { data } = asFields(payload);
    try {
      return JSON.parse(Buffer.from(typeof data === 'string' ? data : '', 'base64').toString()) as unknown;
    } catch {
      return undefined;
    }
  });
}

export const openingOf = (events: HistoryEvent[]): unknown =>
  valuesOf(events.find(({ kind }) => kind === 'workflowExecutionStarted')?.attributes.input)[0];

/** What the workflow came to; undefined while it runs, and when it failed. */
export const resultOf = (events: HistoryEvent[]): unknown =>
  valuesOf(events.find(({ kind }) => kind === 'workflowExecutionCompleted')?.attributes.result)[0];
