import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { log, ParentClosePolicy, setCurrentDetails, startChild } from '@temporalio/workflow';
import { cutShortText, cutShortWorkflowId, type CutShort } from '../../src/domain/cut-short.ts';
import { findCutShort, tellCutShort } from '../activities.ts';

/**
 * Finds incidents that somebody ended in Temporal, and has people told once: nothing of the incident itself runs any more
 * that could. A schedule starts it.
 */
export async function watchIncidents(): Promise<CutShort[]> {
  const found = await findCutShort();
  for (const cutShort of found) {
    try {
      await startChild(incidentCutShort, {
        workflowId: cutShortWorkflowId(cutShort),
        args: [cutShort],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: cutShortText(cutShort),
      });
    } catch (error) {
      // An earlier run found it, too.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
  setCurrentDetails(found.map((cutShort) => `- ${cutShortText(cutShort)}`).join('\n') || 'No incident was cut short.');
  return found;
}

/** One of them: people are told as soon as they can be reached. */
export async function incidentCutShort(cutShort: CutShort): Promise<void> {
  log.warn(cutShortText(cutShort));
  await tellCutShort(cutShort);
}
