import type { Alert } from '../alert/alert.ts';
import type { DecisionRecord } from './approval.ts';

/** When somebody took the incident up: the first answer of a person whose identity was verified. */
export interface Acknowledgement {
  at: string;
  by: string;
  /** Whole seconds since the first alert arrived. */
  after: number;
}

/** null: nobody has answered, or nobody had to be asked. Notes do not count: their author is whoever it says. */
export function acknowledgement(alert: Alert, decisions: readonly DecisionRecord[]): Acknowledgement | null {
  const first = decisions
    .filter(({ answer }) => answer.result === 'accepted')
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))[0];
  if (!first) return null;
  const after = (Date.parse(first.at) - Date.parse(alert.arrival.receivedAt)) / 1000;
  return Number.isNaN(after) ? null : { at: first.at, by: first.approver, after: Math.max(0, Math.round(after)) };
}
