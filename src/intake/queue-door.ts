import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertQueue, QueuedMessage } from '../../activities/sqs/contract.ts';
import type { Log } from '../temporal/log.ts';
import { nothingOpens, takeBatch } from './take-batch.ts';
import type { MessageTaken, MessageTaking } from './take-message.ts';
import { troubles, type Troubles } from './troubles.ts';

export interface QueueDoor extends MessageTaking {
  /** Rejects when no incident can be opened. */
  healthy: () => Promise<unknown>;
  /** A line for messages that came together, and for each trouble. */
  log: Log;
  waits?: Partial<typeof usual>;
}

const usual = {
  /** For so long a message in hand is hidden at a time. */
  hiddenSeconds: 120,
  /** After a failure nothing is asked for, longer with each further one. */
  pauseMs: { first: 1000, longest: 60_000 },
  /** A message that could not be taken comes back later each time: a queue often gives up after the third. */
  putBackMs: { first: 30_000, longest: 900_000 },
};

/**
 * Takes in what comes to a queue until it is stopped, and finishes what is in hand then. A message is deleted only when
 * everything in it is durably in an incident or kept as a dead letter (P1). Never fails: what does not work is said, and
 * tried again.
 */
export async function pollQueue(queue: AlertQueue, door: QueueDoor, stopped: AbortSignal): Promise<void> {
  const { healthy } = door;
  const { hiddenSeconds, pauseMs, putBackMs } = { ...usual, ...door.waits };
  const log: Log = (line, level) => door.log(`queue ${queue.name}: ${line}`, level);
  const trouble = troubles(log);
  const taking = {
    ...door,
    hiddenSeconds,
    pauseSeconds: (received: number) => Math.ceil(backoff(received, putBackMs) / 1000),
    deleted: (error?: Error) => {
      if (error) trouble.begin('deleting', error, 'until then messages come again, and open nothing twice');
      else trouble.end('deleting', 'messages are deleted again');
    },
  };

  let failures = 0;
  let away = false;
  while (!stopped.aborted) {
    // Asked first: who is handed a message that nobody can take has the queue count it as failed.
    const reachable: boolean = !away || (await answers(healthy));
    const messages: QueuedMessage[] | 'failed' = reachable
      ? await received(queue, hiddenSeconds, stopped, trouble)
      : 'failed';
    const outcomes: MessageTaken[] = messages === 'failed' ? [] : await takeBatch(queue, messages, taking);
    report(outcomes, log, trouble);
    away = !reachable || outcomes.some(nothingOpens);
    failures = messages === 'failed' || away ? failures + 1 : 0;
    if (failures > 0) await sleep(backoff(failures, pauseMs), undefined, { signal: stopped }).catch(() => {});
  }
}

async function received(
  queue: AlertQueue,
  hiddenSeconds: number,
  stopped: AbortSignal,
  trouble: Troubles,
): Promise<QueuedMessage[] | 'failed'> {
  try {
    const messages = await queue.receive(hiddenSeconds, stopped);
    trouble.end('receiving', 'messages are received again');
    return messages;
  } catch (error) {
    if (!stopped.aborted) trouble.begin('receiving', error as Error, 'it is asked again until it answers');
    return 'failed';
  }
}

const consequences = {
  Temporal: 'Temporal does not take alerts; messages stay in the queue',
  keys: 'the keys that encrypt incidents cannot be used; messages stay in the queue',
  'log files': 'messages that name log files stay in the queue',
  'dead letters': 'dead letters cannot be kept; messages that need one stay in the queue',
  'this process': 'messages stay in the queue; please report it',
} as const;

/** One line for what was done, one for each reason of a dead letter, and one for each trouble that begins or ends. */
function report(outcomes: MessageTaken[], log: Log, trouble: Troubles): void {
  for (const taken of outcomes) {
    if (!taken.done) trouble.begin(taken.because, taken.error, consequences[taken.because]);
  }
  const done = outcomes.filter((taken) => taken.done);
  const opened = done.flatMap((taken) => taken.opened);
  const letters = done.flatMap(({ letter, reasons }) => (letter === undefined ? [] : [{ letter, reasons }]));
  const sum = (what: 'others' | 'files') => done.reduce((total, taken) => total + taken[what], 0);
  if (opened.length > 0) {
    trouble.end('Temporal', 'Temporal takes alerts again');
    trouble.end('keys', 'the keys that encrypt incidents can be used again');
  }
  if (sum('files') > 0) trouble.end('log files', 'log files can be read again');
  if (letters.length > 0) trouble.end('dead letters', 'dead letters can be kept again');

  for (const { letter, reasons } of letters)
    log(`dead letter kept: ${letter}: ${[...new Set(reasons)].join('; ')}`, 'warn');
  if (done.length === 0) return;
  const of = (result: string) => opened.filter((one) => one === result).length;
  log(
    `${done.length} message(s) taken: ${of('opened')} opened, ${of('attached')} attached, ${of('known')} known before, ` +
      `${sum('others')} of other events, ${letters.length} dead letter(s)`,
  );
}

const answers = (healthy: () => Promise<unknown>): Promise<boolean> =>
  healthy().then(
    () => true,
    () => false,
  );

/** Doubled with each try; half of it at random, so that workers that failed together part. */
function backoff(tries: number, { first, longest }: { first: number; longest: number }): number {
  const full = Math.min(longest, first * 2 ** Math.min(tries - 1, 20));
  return full / 2 + (Math.random() * full) / 2;
}
