import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
  type WorkflowUpdateOptions,
} from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { findIncident } from '../approvals/find-incident.ts';
import { Negative, Unreachable } from './failures.ts';

const patience = 15_000;

/** Puts something on the record of an incident that is open; a closed one takes nothing any more. */
export async function tellIncident<Answer, Said>(
  client: Client,
  ref: string,
  update: UpdateDefinition<Answer, [Said]>,
  said: Said,
): Promise<Answer> {
  const { workflowId, runId, running, incidentKey } = await findIncident(client, ref);
  const closed = `${incidentKey} has closed; its record does not change any more`;
  if (!running) throw new Negative(closed);
  const handle = client.workflow.getHandle(workflowId, runId);
  const options: WorkflowUpdateOptions & { args: [Said] } = { args: [said] };
  try {
    return await client.withDeadline(Date.now() + patience, () => handle.executeUpdate(update, options));
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) throw new Negative(error.cause?.message ?? error.message);
    if (error instanceof WorkflowNotFoundError) throw new Negative(closed);
    // Temporal may hold it until a worker is there again, and then it counts.
    const message = `${incidentKey} does not answer; is soar worker --role incident running? What you said may still be taken: look with soar incident show before you say it again`;
    throw new Unreachable(message, { cause: error });
  }
}
