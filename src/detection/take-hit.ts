import { createHash } from 'node:crypto';
import type { Alert, Arrival } from '../domain/alert/alert.ts';
import type { DetectionCondition, HandledHit } from '../domain/alert/detection.ts';
import { decodeAlert } from '../intake/decode.ts';
import type { DeadLetterFolder } from '../intake/dead-letters.ts';
import type { OpenedIncident } from '../intake/open-incident.ts';
import { AlertRefused } from '../intake/refusal.ts';
import type { Playbooks } from '../intake/route.ts';

/** Takes a hit in as the doors take an alert: it opens its incident, or is refused. */
export const hitTaker =
  (parts: {
    open: (alert: Alert) => Promise<OpenedIncident>;
    keepUnread: (hit: UnreadHit) => Promise<void>;
    playbooks?: Playbooks | undefined;
  }) =>
  async (hit: UnreadHit, arrival: Arrival): Promise<Exclude<HandledHit['result'], 'failed'>> => {
    let alert: Alert;
    try {
      alert = decodeAlert(hit.document, arrival, parts.playbooks);
    } catch (error) {
      if (!(error instanceof AlertRefused)) throw error;
      if (error.status === 400) await parts.keepUnread(hit);
      return 'refused';
    }
    return (await parts.open(alert)).result;
  };

export interface UnreadHit {
  id: string;
  document: unknown;
}

/**
 * Keeps what nobody could decode as a dead letter, once: the same hit comes again when an attempt is repeated. That it could not
 * be kept is told and changes nothing, as at the doors.
 */
export const unreadKeeper =
  (letters: Pick<DeadLetterFolder, 'keep' | 'list'>, log: (line: string) => void) =>
  async ({ id, document }: UnreadHit): Promise<void> => {
    const requestId = createHash('sha256').update(id).digest('hex').slice(0, 32);
    try {
      const kept = await letters.list();
      if (kept.some((letter) => letter.id.endsWith(`-detection-${requestId}`))) return;
      const body = Buffer.from(JSON.stringify(document));
      log(`dead letter kept: ${await letters.keep({ requestId, door: 'detection', body })}`);
    } catch (error) {
      log(`dead letter of hit ${requestId} not kept: ${(error as Error).message}`);
    }
  };

/** Whether an event that was found by its name alone is what a rule means. What cannot be read is: somebody has to look at it. */
export function meansEvent({ outcome }: DetectionCondition, document: unknown, playbooks?: Playbooks): boolean {
  if (outcome === undefined) return true;
  try {
    return decodeAlert(document, { door: 'detection', receivedAt: '' }, playbooks).outcome === outcome;
  } catch (error) {
    if (error instanceof AlertRefused) return error.status === 400;
    throw error;
  }
}
