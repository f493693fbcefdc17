import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { incidentQuery } from '../../workflows/messages.ts';
import type { IncidentView } from '../domain/incident.ts';
import { undoWorkflowId } from '../domain/names.ts';
import type { IncidentReport } from '../domain/report/report.ts';
import type { ClosedIncident } from '../domain/plan/undo-plan.ts';

/** There is nothing that could be undone, or Temporal does not have what an undo would have to know. */
export class UndoRefused extends Error {
  override readonly name = 'UndoRefused';
}

/** A worker that has had the workflow before may be asked first, and has to be given up. */
const patience = 30_000;

/** The incident with everything that it and so many undos did. A gap would undo the wrong thing, so there is none. */
export async function closedIncident(client: Client, workflowId: string, undos: number): Promise<ClosedIncident> {
  const { playbook, alert, assessment, verdict, behindActor, actions } = await recordOf(client, workflowId);
  const all = [...actions];
  for (let number = 1; number <= undos; number++) {
    all.push(...(await recordOf(client, undoWorkflowId(workflowId, number))).actions);
  }
  return {
    ...{ workflowId, playbook, alert, assessment, verdict, actions: all },
    ...(behindActor ? { behindActor } : {}),
  };
}

/** The report; of one that ended without, such as a cancelled one, what it still answers. */
async function recordOf(client: Client, workflowId: string): Promise<IncidentReport | IncidentView> {
  const { status, runId } = await described(client, workflowId);
  if (status === 'RUNNING') throw new UndoRefused(`${workflowId} is still open`);
  const handle = client.workflow.getHandle(workflowId, runId);
  if (status === 'COMPLETED') return (await handle.result()) as IncidentReport;
  return client.withDeadline(Date.now() + patience, () => handle.query(incidentQuery));
}

async function described(client: Client, workflowId: string): Promise<{ status: string; runId: string }> {
  try {
    const { status, runId } = await client.workflow.getHandle(workflowId).describe();
    return { status: status.name, runId };
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new UndoRefused(`Temporal does not have ${workflowId} any more`, { cause: error });
  }
}
