import type { AlertQueue, QueuedMessage } from '../../activities/sqs/contract.ts';
import { takeMessage, type MessageTaken, type MessageTaking } from './take-message.ts';

export interface BatchTaking extends MessageTaking {
  /** A message in hand is hidden for so long, again and again until it is done with. */
  hiddenSeconds: number;
  /** How long a message is hidden that could not be taken, by how often it has been handed out. */
  pauseSeconds: (received: number) => number;
  /** Told that a message could not be deleted, or could again: until then it comes again and opens nothing twice. */
  deleted: (error?: Error) => void;
}

const atOnce = 4;

/** Takes in messages that were handed out together; returns when each is deleted or put back, with what became of those tried. */
export async function takeBatch(
  queue: AlertQueue,
  messages: QueuedMessage[],
  taking: BatchTaking,
): Promise<MessageTaken[]> {
  const waiting = [...messages];
  const inHand = new Set(messages);
  const outcomes: MessageTaken[] = [];
  // Where hiding fails, the message is handed out once more, and that opens nothing twice.
  const hide = (message: QueuedMessage, seconds: number) => queue.hide(message, seconds).catch(() => {});
  const renewal = setInterval(
    () => inHand.forEach((message) => void hide(message, taking.hiddenSeconds)),
    (taking.hiddenSeconds * 1000) / 3,
  );
  const work = async (): Promise<void> => {
    for (let message = waiting.shift(); message; message = waiting.shift()) {
      // Where one could not be opened, the next would only wait.
      const taken = outcomes.some(nothingOpens) ? undefined : await takeMessage(queue, message, taking);
      inHand.delete(message);
      if (taken) outcomes.push(taken);
      if (taken?.done) await queue.delete(message).then(() => taking.deleted(), taking.deleted);
      else await hide(message, taking.pauseSeconds(message.received));
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, work));
  } finally {
    clearInterval(renewal);
  }
  return outcomes;
}

/** What is missing would be missing for every other message, too. */
export const nothingOpens = (taken: MessageTaken): boolean =>
  !taken.done && (taken.because === 'Temporal' || taken.because === 'keys');
