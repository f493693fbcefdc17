import type { Readable } from 'node:stream';
import type { Alert, Arrival } from '../domain/alert/alert.ts';
import { decodeAlert } from './decode.ts';
import { documentsOf } from './documents-of.ts';
import type { OpenedIncident } from './open-incident.ts';
import { AlertMalformed, AlertUnsupported } from './refusal.ts';
import type { Playbooks } from './route.ts';
import { notNow } from './server.ts';

export interface LogFileTaken {
  opened: OpenedIncident[];
  /** Events that no playbook handles: nearly all. */
  others: number;
  /** Cut off, damaged, or an event of ours that lacks what is indispensable. */
  unreadable: number;
}

/** CloudTrail's files unpack to some megabytes; gzip can make a thousand times as much of a few. */
const mostUnpacked = 1_000_000_000;

/**
 * Opens an incident for each event of a log file that a playbook handles; throws `HttpRefusal` when one could not be
 * opened. One after the other: they are few, and the file is longer than memory should hold.
 */
export async function takeLogFile(
  content: Readable,
  arrival: Arrival,
  open: (alert: Alert) => Promise<OpenedIncident>,
  { longest = mostUnpacked, playbooks }: { longest?: number; playbooks?: Playbooks | undefined } = {},
): Promise<LogFileTaken> {
  const taken: LogFileTaken = { opened: [], others: 0, unreadable: 0 };
  try {
    for await (const found of documentsOf(bounded(content, longest, () => taken.unreadable++))) {
      const alert = 'problem' in found ? 'unreadable' : alertOf(found.document, arrival, playbooks);
      if (alert === 'unreadable') taken.unreadable++;
      else if (alert === 'other') taken.others++;
      else taken.opened.push(await opened(alert, open));
    }
    return taken;
  } finally {
    content.destroy();
  }
}

async function* bounded(
  content: AsyncIterable<Uint8Array>,
  longest: number,
  tooLong: () => void,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of content) {
    length += chunk.length;
    if (length > longest) {
      tooLong();
      return;
    }
    yield chunk;
  }
}

function alertOf(document: unknown, arrival: Arrival, playbooks?: Playbooks): Alert | 'other' | 'unreadable' {
  try {
    return decodeAlert(document, arrival, playbooks);
  } catch (error) {
    if (error instanceof AlertUnsupported) return 'other';
    if (error instanceof AlertMalformed) return 'unreadable';
    throw error;
  }
}

async function opened(alert: Alert, open: (alert: Alert) => Promise<OpenedIncident>): Promise<OpenedIncident> {
  try {
    return await open(alert);
  } catch (error) {
    throw notNow('not every alert of the log file was taken', error);
  }
}
