import type { ActInput, ActResult } from '../acts/acts.ts';
import { digestOf } from '../digest.ts';
import type { Json } from '../json.ts';
import type { Phase } from '../phase.ts';
import { isUndo } from '../acts/action-id.ts';

/** One entry of a plan: what the approver reads, and the exact input that will run. */
export interface PlannedAction {
  /** Unique in the plan, such as `deny-export-reads` or `cancel-export:export-i-0abc`. */
  id: string;
  title: string;
  /** Checklist items that it answers. */
  sources: string[];
  /** ARN of the resource that changes. */
  target: string;
  /** The AWS calls in order, such as `s3:PutBucketPolicy`. */
  calls: string[];
  before: Json;
  after: Json;
  reversible: boolean;
  /** How it is undone, or why it cannot be. */
  undo: string;
  /** Who else it hits, as far as the evidence tells. */
  mayBreak: string[];
  /** Ids of actions that have to be in place before this one, such as the copy of what it deletes. */
  requires?: string[];
  input: ActInput;
}
export interface Plan {
  phase: Phase;
  actions: PlannedAction[];
  /** What the playbook would do but this plan does not, with the reason and the way out. */
  notPlanned: { what: string; why: string }[];
}

/** One action in short: its id, and the SHA-256 of its input's canonical JSON. */
export interface ActionDigest {
  id: string;
  input: string;
}
export const actionDigests = (plan: Pick<Plan, 'actions'>): ActionDigest[] =>
  plan.actions.map(({ id, input }) => ({ id, input: digestOf(input) }));

/**
 * What an approval names: the incident, the request and exactly the inputs that will run (P2). Over the inputs' digests,
 * so that the worker that runs one of them can check the whole approval without seeing the others.
 */
export const digestOfActions = (incidentKey: string, requestId: string, actions: ActionDigest[]): string =>
  digestOf({ incidentKey, requestId, actions });
export const planDigest = (incidentKey: string, requestId: string, plan: Pick<Plan, 'actions'>): string =>
  digestOfActions(incidentKey, requestId, actionDigests(plan));

/** What became of a planned action. */
export interface ActionRecord {
  id: string;
  phase: Phase;
  title: string;
  target: string;
  requestId: string;
  status: ActResult['status'] | 'failed' | 'not-approved';
  /** It failed half-way: some of it took effect, and can be undone. */
  partly?: true;
  detail: string;
  at: string;
  observed?: Record<string, string>;
  reversible: boolean;
  undo: string;
  /** The input with its before-state: what an undo starts from (P5). */
  input: ActInput;
}

/** It left its target as planned. `already`: an earlier attempt, or somebody else, had done it, and the act found it so. */
export const isInPlace = ({ status }: Pick<ActionRecord, 'status'>): boolean =>
  status === 'applied' || status === 'already';

/** What the action requires and is not in place, by the last record of each. */
export const missingFor = ({ requires = [] }: Pick<PlannedAction, 'requires'>, records: ActionRecord[]): string[] =>
  requires.filter((id) => {
    const last = records.findLast((record) => record.id === id);
    return last === undefined || !isInPlace(last);
  });

/** What failed when it was last tried, by id: it can be tried again once its cause is gone. */
export const failedActions = (records: ActionRecord[]): string[] => {
  const latest = new Map(records.map((record) => [record.id, record]));
  return [...latest.values()].filter(({ status, id }) => status === 'failed' && !isUndo(id)).map(({ id }) => id);
};
