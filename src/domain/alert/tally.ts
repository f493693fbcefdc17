import type { Arrival } from './alert.ts';
import { base32OfHex, sha256Hex } from '../digest.ts';

/** An alert that is counted only: enough to say what came, and to know it when it comes again. */
export type TalliedAlert = Pick<Arrival, 'door' | 'receivedAt' | 'rule'> & { eventId: string };

/** Sixty bits: short, and no two events are taken for one. */
const hashLength = 12;
export const eventHash = (eventId: string): string => base32OfHex(sha256Hex(eventId), hashLength);

/** What a tally carries from one run to the next. */
export interface TallyState {
  /** How many alerts came. */
  total: number;
  /** How many of them the incident has been told of. */
  told: number;
  /** Milliseconds from an alert to telling the incident, unless the total has doubled before; grows each time. */
  pause: number;
  /** The hashes of the events, one after the other. */
  hashes: string;
}

/** The input of the workflow that counts an incident's further alerts. */
export interface TallyInput {
  incident: string;
  state: TallyState;
}

const firstPause = 10_000;
export const emptyTally: TallyState = { total: 0, told: 0, pause: firstPause, hashes: '' };

export const splitHashes = (hashes: string): string[] => hashes.match(new RegExp(`.{${hashLength}}`, 'g')) ?? [];
