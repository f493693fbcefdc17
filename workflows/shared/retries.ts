import { condition, isCancellation } from '@temporalio/workflow';
import { failedActions, type Plan } from '../../src/domain/plan/plan.ts';
import type { RetryAnswer, RetryRequest } from '../../src/domain/plan/retry.ts';
import type { ActingIncident } from './acting-incident.ts';
import { carryOut } from './carry-out.ts';

/** Actions that failed are planned and asked about again when somebody says that their cause is gone, such as a missing permission. */
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
    const failed = failedActions(record.actions).filter((id) => actions?.includes(id) ?? true);
    if (failed.length === 0)
      return { result: 'refused', reason: `nothing of ${actions?.join(', ') ?? 'it'} has failed` };
    record.add('note', `${by} asked to try again: ${failed.join(', ')}`);
    void this.carryOut(planAgain, failed);
    return { result: 'asked', actions: failed, after: gate.pending?.requestId ?? null };
  }

  async settled(): Promise<void> {
    await condition(() => this.underway === 0);
  }

  private async carryOut(planAgain: () => Promise<Plan>, ids: string[]): Promise<void> {
    this.underway += 1;
    try {
      await carryOut(this.incident, planAgain, new Set(ids));
    } catch (error) {
      if (!isCancellation(error)) throw error;
    } finally {
      this.underway -= 1;
    }
  }
}
