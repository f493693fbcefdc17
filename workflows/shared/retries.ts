import { condition, isCancellation } from '@temporalio/workflow';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { triable, type RetryAnswer, type RetryRequest } from '../../src/domain/plan/retry.ts';
import type { ActingIncident } from './acting-incident.ts';
import { carryOut } from './carry-out.ts';
import { triedAgain } from './summary.ts';

/**
 * Actions that failed, or that no plan held because something could not be read, are planned and asked about when somebody
 * says that the cause is gone, such as a missing permission.
 */
export class Retries {
  private readonly incident: ActingIncident;
  private planAgain: (() => Promise<Plan>) | undefined;
  private underway = 0;

  constructor(incident: ActingIncident) {
    this.incident = incident;
  }

  /** How the playbook would plan everything now. */
  planWith(planAgain: () => Promise<Plan>): void {
    this.planAgain = planAgain;
  }

  /** Answers at once; what became of it is on record later. */
  ask({ by, actions }: RetryRequest): RetryAnswer {
    const { record, gate, ending } = this.incident;
    const { planAgain } = this;
    if (ending || !planAgain) {
      return { result: 'refused', reason: 'the incident does not act now' };
    }
    const wanted = triable(record.actions, actions, gate.pending?.plan.actions ?? []);
    if (wanted.length === 0)
      return { result: 'refused', reason: `nothing of ${actions?.join(', ') ?? 'it'} has failed` };
    record.add('note', `${by} asked to try again: ${wanted.join(', ')}`);
    void this.carryOut(planAgain, wanted);
    return { result: 'asked', actions: wanted, after: gate.pending?.requestId ?? null };
  }

  async settled(): Promise<void> {
    await condition(() => this.underway === 0);
  }

  private async carryOut(planAgain: () => Promise<Plan>, ids: string[]): Promise<void> {
    this.underway += 1;
    try {
      const { record, people, key } = this.incident;
      const before = record.actions.length;
      const again = triedAgain(await carryOut(this.incident, planAgain, new Set(ids)), key);
      if (again !== null) people.learnt(again);
      const tried = new Set(record.actions.slice(before).map(({ id }) => id));
      const left = ids.filter((id) => !tried.has(id));
      if (left.length === 0 || this.incident.closing) return;
      const text = `not asked about, because nothing of it is to be done as far as can be read: ${left.join(', ')}`;
      record.add('note', text);
      people.learnt(text);
    } catch (error) {
      if (!isCancellation(error)) throw error;
    } finally {
      this.underway -= 1;
    }
  }
}
