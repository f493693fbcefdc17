import type { ActionRecord } from './plan.ts';
import { standingActions } from './undo-plan.ts';
import { actionKind } from '../acts/action-id.ts';

/** Kinds of actions that are meant for a while only: people are asked to lift them, and asked again until they do. */
const temporaryKinds: ReadonlySet<string> = new Set(['isolate-account']);

/** What is in force for a while, on record. */
export interface TemporaryMeasure {
  /** Of the action. */
  id: string;
  title: string;
  since: string;
  /** When people are asked next whether it can be lifted; null: nobody is asked any more. */
  reviewAt: string | null;
  /** When they were asked. */
  asked: string[];
  /** Why it is not in force any more, or null. */
  ended: string | null;
}

/** Those that stand, by the record: a later undo lifts one. */
export const standingTemporary = (records: ActionRecord[]): ActionRecord[] =>
  standingActions(records).filter(({ id }) => temporaryKinds.has(actionKind(id)));
