import type { History } from '@temporalio/common/lib/proto-utils.js';
import { Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { sameJson } from '../domain/digest.ts';
import { milliseconds, withinRun, type ActivityOptions } from './activity-options.ts';
import { issuedActs, recordedActs, type Act, type RecordedAct } from './recorded-commands.ts';
import type { IssuedCommand } from './replay-interceptors.ts';
import { runnable } from './workflow-code.ts';

export interface ReplayResult {
  /** Every act of the replayed code equals the recorded one. */
  matches: boolean;
  workflowId: string;
  /** How many acts were compared: activities with how they are tried, timers, search attributes, memo, update answers, the result or failure. */
  compared: number;
  /** The first differences, in words. */
  differences: string[];
}

/** A history to replay, and whether it is whole. */
export interface Replayed {
  decoded: History;
  workflowId: string;
  closed: boolean;
}

const kinds: Act['kind'][] = ['activity', 'timer', 'search attributes', 'memo', 'update', 'result'];

/**
 * Replays a history on some workflow code and compares every command's payload and the result. The SDK's own replay
 * notices changed kinds and order only.
 */
export async function replayHistory(
  decoded: History,
  { workflowId, closed }: { workflowId: string; closed: boolean },
  code: string,
): Promise<ReplayResult> {
  const replayer = new Replayer(code);
  try {
    return await replayer.replay({ decoded, workflowId, closed });
  } finally {
    await replayer.close();
  }
}

/** Replays one history after the other in one worker, which has the code loaded. */
export class Replayer {
  #issued: Act[] = [];
  /** Hands the next history to the worker; null: there is none any more. */
  #hand: (next: Replayed | null) => void = () => undefined;
  #next = this.#wanted();
  readonly #results: AsyncIterator<{ error?: Error }>;

  constructor(code: string) {
    const options: ReplayWorkerOptions = {
      workflowBundle: runnable(code),
      sinks: {
        audit: {
          commands: {
            fn: (_info: unknown, commands: IssuedCommand[]) => void this.#issued.push(...issuedActs(commands)),
            callDuringReplay: true,
          },
        },
      },
    };
    this.#results = Worker.runReplayHistories(options, this.#histories());
  }

  /** One at a time: the worker takes the next when it is done with this. */
  async replay({ decoded, workflowId, closed }: Replayed): Promise<ReplayResult> {
    const differences: string[] = [];
    const recorded = recordedActs(decoded);
    const parts = partsOf(decoded);
    const runTimeout = runTimeoutOf(decoded);
    for (const [index, { runId, from }] of parts.entries()) {
      const to = parts[index + 1]?.from ?? Infinity;
      const { issued: given, problem } = hasTurn(decoded)
        ? await this.#issuedBy({ decoded: asRun(decoded, runId), workflowId, closed })
        : { issued: [], problem: null };
      const issued = given.map((act) => limitedBy(runTimeout, act));
      if (problem !== null) differences.push(`the replay itself fails: ${problem}`);
      for (const kind of kinds) {
        differences.push(...compare(kind, recorded, issued, { from, to, whole: closed && to === Infinity }));
      }
    }
    return {
      matches: differences.length === 0,
      workflowId,
      compared: recorded.length,
      differences: differences.slice(0, 20),
    };
  }

  async #issuedBy(replayed: Replayed): Promise<{ issued: Act[]; problem: string | null }> {
    this.#issued = [];
    this.#hand(replayed);
    try {
      const { value } = (await this.#results.next()) as { value: { error?: Error } };
      return { issued: this.#issued, problem: value.error?.message ?? null };
    } catch (error) {
      return { issued: this.#issued, problem: (error as Error).message };
    }
  }

  async close(): Promise<void> {
    this.#hand(null);
    await this.#results.return?.();
  }

  async *#histories(): AsyncGenerator<{ history: History; workflowId: string }> {
    for (let next = await this.#next; next !== null; next = await this.#next) {
      this.#next = this.#wanted();
      yield { history: next.decoded, workflowId: next.workflowId };
    }
  }

  #wanted(): Promise<Replayed | null> {
    return new Promise((resolve) => (this.#hand = resolve));
  }
}

/** Which run issued what follows an event: a reset run begins with what the run before it did. */
function partsOf({ events }: History): { runId: string; from: number }[] {
  const first = events?.[0]?.workflowExecutionStartedEventAttributes?.originalExecutionRunId ?? '';
  const resets = (events ?? []).flatMap(({ eventId, workflowTaskFailedEventAttributes: failed }) =>
    failed?.newRunId ? [{ runId: failed.newRunId, from: Number(eventId) }] : [],
  );
  return [{ runId: first, from: 0 }, ...resets];
}

/**
 * Without a turn that was completed the code has issued nothing: the incident was terminated before a worker took it. The SDK would
 * take its first turn all the same.
 */
const hasTurn = ({ events }: History): boolean =>
  (events ?? []).some(({ workflowTaskCompletedEventAttributes: completed }) => completed);

const runTimeoutOf = ({ events }: History): number =>
  milliseconds(events?.[0]?.workflowExecutionStartedEventAttributes?.workflowRunTimeout) ?? 0;

const limitedBy = (run: number, act: Act): Act =>
  act.kind === 'activity' ? { ...act, content: withinRun(act.content as ActivityOptions, run) } : act;

/** The history as that run had it: a workflow reads its own run's id, and a reset gave it another one. */
function asRun(history: History, runId: string): History {
  const [first, ...events] = history.events ?? [];
  const started = first?.workflowExecutionStartedEventAttributes;
  if (!started || started.originalExecutionRunId === runId) return history;
  const renamed = { ...started, originalExecutionRunId: runId };
  return { ...history, events: [{ ...first, workflowExecutionStartedEventAttributes: renamed }, ...events] };
}

/** Updates finish in any order and are compared by id; everything else in the order of its kind, and only events of one part. */
function compare(
  kind: Act['kind'],
  recorded: RecordedAct[],
  issued: Act[],
  { from, to, whole }: { from: number; to: number; whole: boolean },
): string[] {
  const expected = recorded.filter((act) => act.kind === kind);
  const actual = issued.filter((act) => act.kind === kind);
  const differences: string[] = [];
  expected.forEach((act, index) => {
    if (act.event < from || act.event >= to) return;
    const other = kind === 'update' ? actual.find(({ name }) => name === act.name) : actual[index];
    const label = `${kind} ${index + 1} (${act.name})`;
    if (!other) differences.push(`${label} is in the history but the code does not issue it`);
    else if (kind !== 'timer' && other.name !== act.name) differences.push(`${label}: the code issues ${other.name}`);
    else if (!sameJson(other.content, act.content))
      differences.push(`${label} has other contents than the code gives it${inWhat(act.content, other.content)}`);
  });
  // An open incident may have been exported between a command and its event.
  if (whole && actual.length > expected.length) {
    differences.push(`the code issues ${actual.length - expected.length} more of kind ${kind} than the history has`);
  }
  return differences;
}

/** Which parts differ, where the contents have parts with names of ours. */
function inWhat(recorded: unknown, issued: unknown): string {
  if (!isParts(recorded) || !isParts(issued)) return '';
  const names = [...new Set([...Object.keys(recorded), ...Object.keys(issued)])];
  return `: ${names.filter((name) => !sameJson(recorded[name] ?? null, issued[name] ?? null)).join(', ')}`;
}

const isParts = (content: unknown): content is Record<string, unknown> =>
  typeof content === 'object' && content !== null && !Array.isArray(content);
