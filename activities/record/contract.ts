import type { ClosedIncident } from '../../src/domain/plan/undo-plan.ts';

export interface RecordNotify {
  /** What the closed incident did that this undo is about, earlier undos included; read from Temporal, not from who asks. */
  readClosedIncident(input: { undo: string }): Promise<ClosedIncident>;
}
