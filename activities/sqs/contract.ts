import type { Readable } from 'node:stream';

/** A message as SQS hands it out: hidden from others until it is deleted, or shown again. */
export interface QueuedMessage {
  id: string;
  body: string;
  /** Names this one handing out. */
  receipt: string;
  /** How often it has been handed out, this time included. */
  received: number;
}

/** A queue that alerts wait in, and the buckets whose log files its messages announce. */
export interface AlertQueue {
  /** For people. */
  name: string;
  /** Files of other buckets are not fetched, whatever a message says. */
  logBuckets: string[];
  /** Waits until messages come, up to 20 s; each is then hidden for `hiddenSeconds`. */
  receive(hiddenSeconds: number, stopped: AbortSignal): Promise<QueuedMessage[]>;
  delete(message: QueuedMessage): Promise<void>;
  /** From now on for so long. */
  hide(message: QueuedMessage, seconds: number): Promise<void>;
  /** The file's content, unpacked, to be destroyed by whoever stops reading; `gone` where there is no such object. */
  readLogFile(file: { bucket: string; key: string }): Promise<Readable | 'gone'>;
}
