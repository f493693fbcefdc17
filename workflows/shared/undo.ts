import { condition, isCancellation } from '@temporalio/workflow';
import { isInPlace, type ActionRecord, type Plan } from '../../src/domain/plan/plan.ts';
import {
  nothingToUndo,
  undoPlan,
  type UndoAnswer,
  type UndoRecord,
  type UndoRequest,
} from '../../src/domain/plan/undo-plan.ts';
import type { ActingIncident } from './acting-incident.ts';
import { carryOut } from './carry-out.ts';
import { keptFrom } from './kept-for-others.ts';
import { now } from './record.ts';
import { undoOf } from '../../src/domain/acts/action-id.ts';

/**
 * What people want undone (P5). Asking decides nothing: the undo is planned from the record, put to the approvers by the
 * same gate and carried out under the same rules as every other plan (P2 to P4), once no other plan is being decided.
 */
export class Undos {
  readonly records: UndoRecord[] = [];
  private current: UndoRecord | null = null;
  private readonly incident: ActingIncident;

  constructor(incident: ActingIncident) {
    this.incident = incident;
  }

  /** Answers at once; what became of it is on record later. */
  ask(request: UndoRequest): UndoAnswer {
    const { record, key, gate, ending } = this.incident;
    if (ending) {
      return { result: 'refused', reason: 'the incident is ending; ask again when it has closed' };
    }
    if (this.current)
      return { result: 'refused', reason: 'another undo is being decided; ask again when it is settled' };
    const { actions, notPlanned } = undoPlan(record.actions, request.actions);
    if (actions.length === 0) return { result: 'refused', reason: nothingToUndo(notPlanned) };
    void this.carryOut(request, []).catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
    const planned = actions.map(({ id }) => id);
    return { result: 'asked', incidentKey: key, planned, notPlanned, after: gate.pending?.requestId ?? null };
  }

  /** Plans it, asks, and undoes what was approved. `earlier`: what was done before this workflow. */
  async carryOut(request: UndoRequest, earlier: ActionRecord[]): Promise<UndoRecord> {
    const { record } = this.incident;
    const { by, reason, actions } = request;
    const undo: UndoRecord = { at: now(), by, reason, ...(actions ? { actions } : {}), planned: [], outcome: 'asked' };
    this.current = undo;
    this.records.push(undo);
    record.add('note', `${by} asked to undo ${actions?.join(', ') ?? 'everything that was done'}: ${reason}`);
    let begun: number | undefined;
    let kept: Plan['notPlanned'] = [];
    const makePlan = async () => {
      const first = begun === undefined;
      const since = (begun ??= record.actions.length);
      // What was tried is not tried again: where somebody else changed the target since, it stays as they want it.
      const tried = new Set(record.actions.slice(since).map(({ id }) => id));
      const plan = undoPlan([...earlier, ...record.actions], actions);
      const left = plan.actions.filter(({ id }) => !tried.has(id));
      kept = await keptFrom(this.incident, left);
      const doable = left.filter(({ id }) => kept.every(({ what }) => what !== id));
      if (first) undo.planned = doable.map(({ id }) => id);
      return { ...plan, actions: doable, notPlanned: [...plan.notPlanned, ...kept] };
    };
    try {
      await carryOut(this.incident, makePlan);
    } finally {
      const stays = kept.map(({ what, why }) => `; ${what} stays: ${why}`).join('');
      undo.outcome = outcomeOf(undo, record.actions.slice(begun ?? record.actions.length)) + stays;
      record.add('note', `undo: ${undo.outcome}`);
      this.current = null;
    }
    return undo;
  }

  /** Whether people are deciding about the undo of this action: then nobody mends it. */
  isDeciding = (id: string): boolean =>
    this.current?.planned.some((name) => name === undoOf(id) || name.startsWith(`${undoOf(id)}:#`)) ?? false;

  /** Waits until nothing is being undone; the incident does not end under a question. */
  async settled(): Promise<void> {
    await condition(() => this.current === null);
  }
}

/** "2 of 3 undone" and what is not. */
function outcomeOf({ planned }: UndoRecord, records: ActionRecord[]): string {
  const done = records.filter(isInPlace).map(({ id }) => id);
  const left = planned
    .filter((id) => !done.includes(id))
    .map((id) => `${id} (${records.find((record) => record.id === id)?.status ?? 'not asked'})`);
  const rest = left.length === 0 ? '' : `; not undone: ${left.join(', ')}`;
  return planned.length === 0 ? 'nothing could be undone' : `${done.length} of ${planned.length} undone${rest}`;
}
