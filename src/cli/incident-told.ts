import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { toldUpdate } from '../../workflows/messages.ts';
import { findIncident } from '../approvals/find-incident.ts';
import type { NoticeRecord, NoticeTold } from '../domain/notices.ts';
import { Negative, Unreachable } from './failures.ts';

const patience = 15_000;

/** Puts on record that an audience was told; a closed incident takes nothing any more. */
export async function sayTold(client: Client, ref: string, told: NoticeTold): Promise<NoticeRecord> {
  const { workflowId, runId, running, incidentKey } = await findIncident(client, ref);
  const closed = `${incidentKey} has closed; its record does not change any more`;
  if (!running) throw new Negative(closed);
  const handle = client.workflow.getHandle(workflowId, runId);
  try {
    return await client.withDeadline(Date.now() + patience, () => handle.executeUpdate(toldUpdate, { args: [told] }));
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) throw new Negative(error.cause?.message ?? error.message);
    if (error instanceof WorkflowNotFoundError) throw new Negative(closed);
    const message = `${incidentKey} does not answer; is soar worker --role incident running?`;
    throw new Unreachable(message, { cause: error });
  }
}
