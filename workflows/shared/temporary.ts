import { condition, isCancellation } from '@temporalio/workflow';
import { durationText } from '../../src/domain/duration-text.ts';
import type { ActionRecord } from '../../src/domain/plan/plan.ts';
import { standingTemporary, type TemporaryMeasure } from '../../src/domain/plan/temporary.ts';
import { observe } from '../activities.ts';
import type { ActingIncident } from './acting-incident.ts';
import { observed } from './observed.ts';
import { now } from './record.ts';
import type { Undos } from './undo.ts';

/**
 * What is in force for a while, such as an isolated account: when its time is over, people are asked to lift it, by the same
 * gate as every undo, and asked again until it is lifted. Silence lifts nothing (P6).
 */
export class Temporary {
  readonly measures: TemporaryMeasure[] = [];
  private readonly incident: ActingIncident & { undos: Undos };

  constructor(incident: ActingIncident & { undos: Undos }) {
    this.incident = incident;
  }

  /** Called whenever an action is on record: begins to watch what is new. */
  watch(): void {
    for (const { id, title, at } of standingTemporary(this.incident.record.actions)) {
      if (this.measures.some((measure) => measure.id === id && measure.ended === null)) continue;
      const measure: TemporaryMeasure = { id, title, since: at, reviewAt: null, asked: [], ended: null };
      this.measures.push(measure);
      void this.review(measure).catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
    }
  }

  /** An incident does not end by itself while something is in force that was meant for a while. */
  async lifted(): Promise<void> {
    const left = () => this.measures.filter(({ ended }) => ended === null);
    await condition(() => this.incident.closing || left().length === 0);
    for (const measure of left()) {
      measure.reviewAt = null;
      const text = `${measure.id} is still in force when the incident is closed: ask to undo it once it can be lifted`;
      this.incident.record.add('note', text);
    }
  }

  private async review(measure: TemporaryMeasure): Promise<void> {
    const { record, policy, undos } = this.incident;
    const every = Math.max(policy.organisation?.reviewAfter ?? 0, 1);
    while (!this.over(measure)) {
      measure.reviewAt = new Date(Date.now() + every).toISOString();
      if (await condition(() => this.over(measure), every)) continue;
      const elsewhere = await this.endedElsewhere(measure);
      if (elsewhere !== null) {
        this.end(measure, elsewhere);
        return;
      }
      const reason = `${measure.id} is in force since ${measure.since} and was meant for a while: can it be lifted?`;
      measure.asked.push(now());
      record.add('note', `review after ${durationText(every)}: ${reason}`);
      await undos.settled();
      if (this.over(measure)) continue;
      await undos.carryOut({ actions: [measure.id], reason, by: 'temporal-soar' }, []);
    }
    if (!this.standing(measure)) this.end(measure, 'it was lifted');
  }

  /** Somebody may have lifted it by hand; where nobody can tell, people are asked. */
  private async endedElsewhere({ id }: TemporaryMeasure): Promise<string | null> {
    const action = this.action(id);
    if (!action) return null;
    const check = await observed(this.incident.record, `review of ${id}`, observe.checkAct(action.input));
    return check === null || check.standing === 'done' ? null : `it was not in force any more: ${check.detail}`;
  }

  private end(measure: TemporaryMeasure, why: string): void {
    measure.ended = why;
    measure.reviewAt = null;
    this.incident.record.add('note', `${measure.id}: ${why}`);
  }

  private action(wanted: string): ActionRecord | undefined {
    return standingTemporary(this.incident.record.actions).find(({ id }) => id === wanted);
  }

  private over(measure: TemporaryMeasure): boolean {
    return this.incident.closing || !this.standing(measure);
  }

  private standing({ id }: TemporaryMeasure): boolean {
    return this.action(id) !== undefined;
  }
}
