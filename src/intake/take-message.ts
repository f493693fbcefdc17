import type { AlertQueue, QueuedMessage } from '../../activities/sqs/contract.ts';
import type { Arrival } from '../domain/alert/alert.ts';
import type { DeadLetter, DeadLetterFolder } from './dead-letters.ts';
import type { OpenedIncident } from './open-incident.ts';
import { readQueueMessage, type LogFile } from './queue-message.ts';
import { whoFailed, type WhoFailed } from '../temporal/who-failed.ts';
import { HttpRefusal } from './server.ts';
import { alertTaker, type Taking } from './take-alerts.ts';
import { takeLogFile } from './take-log-file.ts';

/** What becomes of an alert, and which playbooks take one. */
type Opening = Pick<Taking, 'open' | 'playbooks'>;

export interface MessageTaking extends Opening {
  /** Throws where it cannot keep it. */
  keep: DeadLetterFolder['keep'];
  now?: () => Date;
}

/** What became of a message. */
export type MessageTaken =
  | {
      /** All of it is durably where it belongs: the message can be deleted. */
      done: true;
      opened: OpenedIncident['result'][];
      /** Events that no playbook handles. */
      others: number;
      /** Log files that were read. */
      files: number;
      /** Why something of it became a dead letter, and which one. */
      reasons: string[];
      letter?: string;
    }
  | {
      done: false;
      /** Who did not do their part now. */
      because: WhoFailed | 'log files' | 'dead letters';
      error: Error;
    };

type Files = Pick<AlertQueue, 'logBuckets' | 'readLogFile'>;
type Done = MessageTaken & { done: true };
type NotDone = MessageTaken & { done: false };
/** Before the dead letter is kept. */
interface Taken {
  outcome: Done;
  letter?: DeadLetter | undefined;
}

/** Takes in what one message brings; it may come again at any time, and then opens nothing twice. Never throws. */
export async function takeMessage(queue: Files, message: QueuedMessage, taking: MessageTaking): Promise<MessageTaken> {
  let taken: Taken | NotDone;
  try {
    taken = await takeIn(queue, message, taking);
  } catch (error) {
    return notDone('this process', error);
  }
  if ('done' in taken) return taken;
  const { outcome, letter } = taken;
  if (!letter) return outcome;
  // Last, now that the message does not come back for another reason: what is kept is kept once.
  try {
    return { ...outcome, letter: await taking.keep(letter) };
  } catch (error) {
    return notDone('dead letters', error);
  }
}

async function takeIn(queue: Files, { id, body }: QueuedMessage, taking: MessageTaking): Promise<Taken | NotDone> {
  const { now = () => new Date() } = taking;
  const found = readQueueMessage(body, queue.logBuckets);
  if (found.brings === 'nothing') return { outcome: done() };

  const whole: DeadLetter = { requestId: id, door: 'sqs', body: Buffer.from(found.body) };
  if (found.brings === 'poison') return { outcome: done({ reasons: [found.reason] }), letter: whole };
  if (found.brings === 'alerts') return takeAlerts(whole, { ...taking, now });
  const outcome = await takeLogFiles(queue, found.files, { door: 'sqs', receivedAt: now().toISOString() }, taking);
  return outcome.done ? { outcome, letter: outcome.reasons.length > 0 ? whole : undefined } : outcome;
}

const done = (outcome: Partial<Done> = {}): Done => ({
  done: true,
  opened: [],
  others: 0,
  files: 0,
  reasons: [],
  ...outcome,
});

const notDone = (because: NotDone['because'], error: unknown): NotDone => ({
  done: false,
  because,
  error: error instanceof Error ? error : new Error(String(error)),
});

/** As at every other door, except that nobody waits for an answer. */
async function takeAlerts(
  whole: DeadLetter,
  { open, now, playbooks }: Opening & Required<Pick<MessageTaking, 'now'>>,
): Promise<Taken | NotDone> {
  let letter: DeadLetter | undefined;
  const keepDeadLetter = (undecodable: DeadLetter): Promise<void> => {
    letter = undecodable;
    return Promise.resolve();
  };
  try {
    const { results } = await alertTaker({ open, keepDeadLetter, now, ...(playbooks && { playbooks }) })(
      'sqs',
      whole.requestId,
      whole.body,
    );
    const outcome = done();
    for (const result of results) {
      if (result.result === 'refused' && result.status === 422) outcome.others++;
      else if (result.result === 'refused' || result.result === 'failed') outcome.reasons.push(result.reason);
      else outcome.opened.push(result.result);
    }
    return { outcome, letter };
  } catch (error) {
    if (!(error instanceof HttpRefusal)) throw error;
    if (error.status >= 500) return notDone(whoFailed(error), error);
    if (error.status === 422) return { outcome: done({ others: 1 }) };
    return { outcome: done({ reasons: [error.message] }), letter: letter ?? whole };
  }
}

async function takeLogFiles(
  queue: Files,
  files: LogFile[],
  arrival: Arrival,
  { open, playbooks }: Opening,
): Promise<MessageTaken> {
  const outcome = done();
  for (const file of files) {
    try {
      const content = await queue.readLogFile(file);
      if (content === 'gone') {
        outcome.reasons.push('a log file that it names is not there');
        continue;
      }
      const taken = await takeLogFile(content, arrival, open, { playbooks });
      outcome.files++;
      outcome.opened.push(...taken.opened.map(({ result }) => result));
      outcome.others += taken.others;
      if (taken.unreadable > 0) outcome.reasons.push(`${taken.unreadable} part(s) of a log file cannot be read`);
    } catch (error) {
      return notDone(error instanceof HttpRefusal ? whoFailed(error) : 'log files', error);
    }
  }
  return outcome;
}
