import { actionKind } from '../acts/action-id.ts';
import { actionKinds } from '../acts/action-kinds.ts';
import { failedActions, type ActionRecord } from './plan.ts';

/** Somebody asks that failed actions be tried again. Nobody checks who asks; asking decides nothing. */
export interface RetryRequest {
  /** Ids of actions, also of such that no plan has held so far; absent: everything that has failed. */
  actions?: string[];
  by: string;
}

export type RetryAnswer =
  | {
      result: 'asked';
      /** What is planned again, as far as the facts still call for it. */
      actions: string[];
      /** The request that has to be settled before this is asked. */
      after: string | null;
    }
  | { result: 'refused'; reason: string };

/**
 * What may be planned again: everything that failed; of what somebody names also what no plan has held so far. What people
 * left out or took back stays so, and what they are asked about is asked already.
 */
export function triable(
  records: ActionRecord[],
  named: string[] | undefined,
  asked: readonly { id: string }[] = [],
): string[] {
  const failed = failedActions(records);
  if (!named) return failed;
  const isNew = (id: string) =>
    Object.hasOwn(actionKinds, actionKind(id)) && ![...records, ...asked].some((known) => known.id === id);
  return [...new Set(named)].filter((id) => failed.includes(id) || isNew(id));
}
