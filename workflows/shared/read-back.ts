import type { TargetCheck } from '../../src/domain/acts/acts.ts';
import type { ActionRecord } from '../../src/domain/plan/plan.ts';
import { observe } from '../activities.ts';
import type { IncidentRun } from './incident-run.ts';
import { observed } from './observed.ts';
import type { Kept } from '../../src/domain/findings/kept.ts';

/** How the target of an action stands now; null: it could not be read. */
export type ReadBack = (action: ActionRecord) => Promise<(TargetCheck & Kept) | null>;

/** For one look: each target is read once, however many of its questions need it. */
export function readingBack({ record }: IncidentRun): ReadBack {
  const reads = new Map<string, Promise<(TargetCheck & Kept) | null>>();
  return ({ id, input }) => {
    const read = reads.get(id) ?? observed(record, `what ${id} left behind`, observe.checkAct(input));
    reads.set(id, read);
    return read;
  };
}
