import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { archiveWorkflowId, type ArchivedBundle, type ArchiveInput } from '../domain/archive.ts';
import { pendingFailure } from '../temporal/pending-failure.ts';

/** How far the seal of a closed run has come. */
export type ArchiveState =
  | { state: 'sealed'; bundles: ArchivedBundle[] }
  /** It is tried again and again; `reason`: why it did not get through the last time. */
  | { state: 'waiting'; attempts: number; reason: string | null }
  | { state: 'failed'; reason: string };

/** Null: nothing seals it, or Temporal no longer knows what did. */
export async function archiveState(client: Client, run: ArchiveInput): Promise<ArchiveState | null> {
  const handle = client.workflow.getHandle(archiveWorkflowId(run));
  try {
    const { status, raw } = await handle.describe();
    if (status.name === 'COMPLETED') return { state: 'sealed', bundles: (await handle.result()) as ArchivedBundle[] };
    if (status.name !== 'RUNNING') return { state: 'failed', reason: `${archiveWorkflowId(run)} is ${status.name}` };
    const [pending] = raw.pendingActivities ?? [];
    return {
      state: 'waiting',
      attempts: pending?.attempt ?? 0,
      reason: await pendingFailure(client, pending?.lastFailure),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
