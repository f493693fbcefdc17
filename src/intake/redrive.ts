import { Readable } from 'node:stream';
import type { Alert } from '../domain/alert/alert.ts';
import { documentsOf } from './documents-of.ts';
import type { DeadLetterFolder, KeptLetter } from './dead-letters.ts';
import { decodeAlert } from './decode.ts';
import { examine } from './examine.ts';
import type { OpenedIncident } from './open-incident.ts';
import type { Playbooks } from './route.ts';

export interface Redriven {
  opened: OpenedIncident[];
  /** Of events that no playbook handles. */
  others: number;
  /** Why something in it still cannot be read; empty: the letter is done with, and gone. */
  reasons: string[];
}

/** Takes a dead letter in as if it came now, with the door and the time that it had. */
export async function redrive(
  letters: DeadLetterFolder,
  letter: KeptLetter,
  open: (alert: Alert) => Promise<OpenedIncident>,
  playbooks?: Playbooks,
): Promise<Redriven> {
  const arrival = { door: letter.door, receivedAt: letter.receivedAt };
  const redriven: Redriven = { opened: [], others: 0, reasons: [] };
  let documents = 0;
  for await (const found of documentsOf(Readable.from([await letters.read(letter.id)]))) {
    documents++;
    const {
      ok,
      handled,
      error = 'it cannot be read',
    } = 'problem' in found
      ? { ok: false, handled: false, error: found.problem }
      : examine(found.document, arrival, { playbooks });
    if (!ok) redriven.reasons.push(error);
    else if (!handled) redriven.others++;
    else if ('document' in found) redriven.opened.push(await open(decodeAlert(found.document, arrival, playbooks)));
  }
  if (documents === 0) redriven.reasons.push('it is empty');
  if (redriven.reasons.length === 0) await letters.drop(letter.id);
  return redriven;
}
