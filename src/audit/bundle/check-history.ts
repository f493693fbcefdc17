import { fails, holds, type Check } from './checks.ts';
import { asFields, endOf, hasEnded, type HistoryEvent } from './history-events.ts';

/** Noted when the turn that was under way is over, with the time at which they came. */
const buffered =
  /^activityTask(Started|Completed|Failed|TimedOut|Canceled)$|^timerFired$|^workflowExecution(Signaled|CancelRequested)$/;
/** Servers hand a history on to each other, and their clocks differ; a timer may fire a moment early. */
const tolerance = 1000;

/** The events are all there: of the kind that they say, numbered without a gap, in time, up to an end if there was one. */
export function checkHistory(events: HistoryEvent[], closed: boolean, workflowId: string): Check {
  const check = 'history';
  const begun = events[0]?.attributes.workflowId;
  // Servers have written it since 1.24.
  if (begun !== undefined && begun !== workflowId)
    return fails(check, `event 1 begins ${JSON.stringify(begun)}, and not ${workflowId}`);
  const walk: Walk = { times: new Map(), turn: 0, timers: new Map() };
  for (const [index, event] of events.entries()) {
    if (event.id !== index + 1) return fails(check, `event ${index + 1} is missing`);
    const wrong = formOf(event) ?? timeOf(event, events[index - 1], walk);
    if (wrong !== null) return fails(check, `event ${event.id} ${wrong}`);
    note(event, walk);
  }
  if (closed && !hasEnded(events)) return fails(check, `it ends with event ${events.length}, which is no end`);
  return holds(check, `${events.length} events; ${endOf(events)}`);
}

/** Times in milliseconds since 1970. */
interface Walk {
  times: Map<number, number>;
  /** When the last turn of the workflow began: what is buffered came after it. */
  turn: number;
  /** When a timer is due, by the event that started it. */
  timers: Map<number, number>;
}

/** A server writes both from one value; the SDK panics where they differ. */
function formOf({ kind, type }: HistoryEvent): string | null {
  const expected = `EVENT_TYPE_${kind.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
  return kind !== '' && type === expected
    ? null
    : `says that it is ${type || 'of no type'}, and holds ${kind || 'nothing'}`;
}

function timeOf(event: HistoryEvent, before: HistoryEvent | undefined, walk: Walk): string | null {
  const { kind, attributes } = event;
  const time = Date.parse(event.time);
  if (Number.isNaN(time)) return 'has no time';
  if (!buffered.test(kind)) {
    return before && time < Date.parse(before.time) ? 'is earlier than the one before it' : null;
  }
  if (kind === 'timerFired') {
    const due = walk.timers.get(Number(attributes.startedEventId));
    if (due === undefined) return 'ends a timer that was not started';
    return time < due - tolerance ? 'ends its timer before that was over' : null;
  }
  if (kind.startsWith('activityTask')) {
    const scheduled = walk.times.get(Number(attributes.scheduledEventId));
    if (scheduled === undefined) return 'is about an activity that was not scheduled';
    const started = walk.times.get(Number(attributes.startedEventId)) ?? scheduled;
    return time < Math.max(scheduled, started) - tolerance ? 'is earlier than what it answers' : null;
  }
  return time < walk.turn - tolerance ? 'is earlier than the turn in which it came' : null;
}

function note({ id, kind, time, attributes }: HistoryEvent, walk: Walk): void {
  const at = Date.parse(time);
  if (kind === 'activityTaskScheduled' || kind === 'activityTaskStarted') walk.times.set(id, at);
  if (kind === 'workflowTaskStarted') walk.turn = at;
  if (kind === 'timerStarted') walk.timers.set(id, at + seconds(attributes.startToFireTimeout) * 1000);
}

/** As Temporal's JSON has a duration: `5s`, `0.250s`. */
function seconds(duration: unknown): number {
  const [, number] = /^(\d+(?:\.\d+)?)s$/.exec(typeof duration === 'string' ? duration : '') ?? [];
  return Number(number ?? asFields(duration).seconds ?? 0);
}
