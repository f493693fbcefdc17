import type { IncidentReport } from '../domain/report/report.ts';
import { asFields, decodedEvents, resultOf, valuesOf, type HistoryEvent } from './bundle/history-events.ts';

/** Something that came in or that the workflow began; `value` is what was in it. */
export interface StepEntry {
  what: string;
  value?: unknown;
}

/** What Temporal shows of an incident. */
export interface StepState {
  phase: string | null;
  severity: string | null;
  verdict: string | null;
  awaitingApproval: boolean;
  /** Activities that were begun and have not answered. */
  underway: string[];
}

/** One turn of the workflow: what woke it, what its record says of it, what it then began, and how it stood. */
export interface Step {
  number: number;
  /** Ids of the first and the last event. */
  events: [number, number];
  at: string;
  came: StepEntry[];
  said: string[];
  did: StepEntry[];
  state: StepState;
}

/** Where the walk through the history stands. */
interface Walk {
  steps: Step[];
  current: Step | null;
  /** Whether the current step's turn is over, so that only its commands follow. */
  decided: boolean;
  activities: Map<number, string>;
  updates: Map<string, string>;
  state: StepState;
}

/** An incident step by step, from its history alone. */
export function stepsOf(history: unknown): Step[] {
  const events = decodedEvents(history);
  const walk: Walk = {
    steps: [],
    current: null,
    decided: false,
    activities: new Map(),
    updates: new Map(),
    state: { phase: null, severity: null, verdict: null, awaitingApproval: false, underway: [] },
  };
  for (const event of events) take(walk, event);
  const { timeline = [] } = (resultOf(events) ?? {}) as Partial<IncidentReport>;
  for (const step of walk.steps) {
    step.said = timeline.filter(({ at }) => at === step.at).map(({ phase, text }) => `${phase}: ${text}`);
  }
  return walk.steps
    .filter(({ came, said, did }) => came.length + said.length + did.length > 0)
    .map((step, index) => ({ ...step, number: index + 1 }));
}

function take(walk: Walk, event: HistoryEvent): void {
  const came = cameIn(walk, event);
  if (came) {
    stepFor(walk, event).came.push(came);
    return;
  }
  const { id, kind, time } = event;
  // The workflow's clock shows when its turn began, in milliseconds.
  if (kind === 'workflowTaskStarted') stepFor(walk, event).at = momentOf(time);
  if (kind === 'workflowTaskCompleted') {
    stepFor(walk, event);
    walk.decided = true;
  }
  const update = arrived(walk, event);
  if (update) walk.current?.came.push(update);
  const did = began(walk, event);
  if (!did || !walk.current) return;
  walk.current.did.push(did);
  walk.current.events[1] = id;
  walk.current.state = { ...walk.state, underway: [...walk.activities.values()] };
}

const momentOf = (time: string): string =>
  Number.isNaN(Date.parse(time)) ? time : new Date(Date.parse(time)).toISOString();

/** The step that the event belongs to; after a turn is over, what comes in belongs to the next one. */
function stepFor(walk: Walk, { id, time }: HistoryEvent): Step {
  if (!walk.current || walk.decided) {
    walk.current = {
      number: 0,
      events: [id, id],
      at: momentOf(time),
      came: [],
      said: [],
      did: [],
      state: { ...walk.state, underway: [...walk.activities.values()] },
    };
    walk.decided = false;
    walk.steps.push(walk.current);
  }
  walk.current.events[1] = id;
  walk.current.state = { ...walk.state, underway: [...walk.activities.values()] };
  return walk.current;
}

/** What comes from outside; undefined: the event is none of that kind. */
function cameIn(walk: Walk, { kind, attributes }: HistoryEvent): StepEntry | undefined {
  switch (kind) {
    case 'workflowExecutionStarted':
      return { what: 'begins', value: valuesOf(attributes.input)[0] };
    case 'workflowExecutionSignaled':
      return { what: `signal ${String(attributes.signalName)}`, value: valuesOf(attributes.input)[0] };
    case 'workflowExecutionCancelRequested':
      return { what: 'is asked to cancel' };
    case 'workflowExecutionTerminated':
      return { what: 'is terminated', value: attributes.reason };
    case 'timerFired':
      return { what: `timer ${String(attributes.timerId)} is over` };
    case 'activityTaskCompleted':
      return { what: `${answered(walk, attributes)} answers`, value: valuesOf(attributes.result)[0] };
    case 'activityTaskFailed':
    case 'activityTaskTimedOut':
    case 'activityTaskCanceled':
      return { what: `${answered(walk, attributes)} fails`, value: asFields(attributes.failure).message ?? kind };
    default:
      return undefined;
  }
}

function answered(walk: Walk, { scheduledEventId }: HistoryEvent['attributes']): string {
  const id = Number(scheduledEventId);
  const name = walk.activities.get(id) ?? 'an activity';
  walk.activities.delete(id);
  return name;
}

/** An update comes in with the turn that takes it, and is noted after it. */
function arrived(walk: Walk, { kind, attributes }: HistoryEvent): StepEntry | undefined {
  if (kind !== 'workflowExecutionUpdateAccepted') return undefined;
  const request = asFields(asFields(attributes.acceptedRequest).input);
  const name = String(request.name);
  walk.updates.set(String(attributes.protocolInstanceId), name);
  return { what: `update ${name}`, value: valuesOf(request.args)[0] };
}

/** What the workflow does in its turn; undefined: the event is none of that kind. */
function began(walk: Walk, { id, kind, attributes }: HistoryEvent): StepEntry | undefined {
  switch (kind) {
    case 'activityTaskScheduled': {
      const name = String(asFields(attributes.activityType).name);
      walk.activities.set(id, name);
      return { what: `asks for ${name}`, value: valuesOf(attributes.input)[0] };
    }
    case 'timerStarted':
      return { what: `waits: timer ${String(attributes.timerId)}`, value: attributes.startToFireTimeout };
    case 'timerCanceled':
      return { what: `waits no longer: timer ${String(attributes.timerId)}` };
    case 'upsertWorkflowSearchAttributes': {
      const shown = shownBy(attributes);
      walk.state = stateAfter(walk.state, shown);
      return { what: 'shows', value: shown };
    }
    case 'workflowExecutionUpdateCompleted': {
      const outcome = asFields(attributes.outcome);
      const name = walk.updates.get(String(asFields(attributes.meta).updateId)) ?? 'an update';
      return { what: `answers ${name}`, value: valuesOf(outcome.success)[0] ?? asFields(outcome.failure).message };
    }
    case 'workflowExecutionCompleted':
      return { what: 'ends with its report' };
    case 'workflowExecutionFailed':
      return { what: 'fails', value: asFields(attributes.failure).message };
    case 'workflowExecutionCanceled':
      return { what: 'ends, cancelled' };
    default:
      return undefined;
  }
}

function shownBy(attributes: HistoryEvent['attributes']): Record<string, unknown> {
  const fields = asFields(asFields(attributes.searchAttributes).indexedFields);
  return Object.fromEntries(
    Object.entries(fields).map(([name, payload]) => [name, valuesOf({ payloads: [payload] })[0]]),
  );
}

function stateAfter(state: StepState, shown: Record<string, unknown>): StepState {
  const text = (name: string, before: string | null) => {
    const value = shown[name];
    return typeof value === 'string' ? value : before;
  };
  const awaiting = shown.AwaitingApproval;
  return {
    ...state,
    phase: text('IncidentPhase', state.phase),
    severity: text('IncidentSeverity', state.severity),
    verdict: text('IncidentVerdict', state.verdict),
    awaitingApproval: typeof awaiting === 'boolean' ? awaiting : state.awaitingApproval,
  };
}
