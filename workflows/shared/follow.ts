import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import type { IncidentRun } from './incident-run.ts';

/**
 * Follows a playbook to its end. Where somebody cancels the workflow in Temporal, nothing new is begun, and the record
 * says what was and was not done.
 */
export async function follow(
  incident: IncidentRun,
  playbook: () => Promise<IncidentReport>,
  lastReport: () => Promise<unknown>,
): Promise<IncidentReport> {
  try {
    return await playbook();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    incident.record.add('note', 'the workflow was cancelled; nothing further is changed');
    await CancellationScope.nonCancellable(lastReport);
    await CancellationScope.nonCancellable(() => incident.people.stopAsking());
    throw error;
  }
}
