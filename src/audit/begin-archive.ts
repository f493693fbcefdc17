import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { archiveWorkflowId, type ArchiveInput } from '../domain/archive.ts';
import { incidentKey, taskQueues } from '../domain/names.ts';

/** Has a run sealed once it has closed; asked again, nothing happens unless it failed. */
export async function beginArchive(client: Client, { workflowId, runId }: ArchiveInput): Promise<string> {
  const id = archiveWorkflowId({ workflowId, runId });
  try {
    await client.workflow.start('archiveIncident', {
      workflowId: id,
      taskQueue: taskQueues.incident,
      args: [{ workflowId, runId } satisfies ArchiveInput],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      staticSummary: `Seals ${incidentKey(workflowId)} into the evidence store`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return id;
}
