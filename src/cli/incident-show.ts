import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { incidentQuery } from '../../workflows/messages.ts';
import { findIncident } from '../approvals/find-incident.ts';
import { archiveState } from '../audit/archive-state.ts';
import { incidentKey, successorWorkflowId, undoNamed, undoWorkflowId } from '../domain/names.ts';
import type { IncidentReport } from '../domain/report/report.ts';
import { Unreachable } from './failures.ts';
import type { ShownIncident } from './incident-text.ts';

const patience = 15_000;

/** A closed incident's report needs no worker; everything else is asked of the workflow. */
export async function readIncident(client: Client, ref: string): Promise<ShownIncident> {
  const found = await findIncident(client, ref);
  const handle = client.workflow.getHandle(found.workflowId, found.runId);
  const [archive, successor, undosSince] = found.running
    ? [null, null, []]
    : await Promise.all([
        archiveState(client, found),
        successorOf(client, found.workflowId),
        undosOf(client, found.workflowId),
      ]);
  const about = { ...found, archive, successor, undosSince };
  if (found.status === 'COMPLETED') {
    return { ...about, view: null, report: (await handle.result()) as IncidentReport };
  }
  try {
    const view = await client.withDeadline(Date.now() + patience, () => handle.query(incidentQuery));
    return { ...about, view, report: null };
  } catch (error) {
    // One that was terminated or failed may not be able to answer; then its history is all there is.
    if (!found.running) return { ...about, view: null, report: null };
    const message = `${found.incidentKey} does not answer; is soar worker --role incident running?`;
    throw new Unreachable(message, { cause: error });
  }
}

/** The incident that continues a closed one: its record names the closed one, whose own record has ended. */
async function successorOf(client: Client, workflowId: string): Promise<string | null> {
  if (undoNamed(workflowId)) return null;
  const successor = successorWorkflowId(workflowId);
  return (await statusOf(client, successor)) === null ? null : successor;
}

/** What undid it after it had closed: what its record calls applied may stand no more. */
async function undosOf(client: Client, workflowId: string): Promise<ShownIncident['undosSince']> {
  const undos: ShownIncident['undosSince'] = [];
  if (undoNamed(workflowId)) return undos;
  for (;;) {
    const undo = undoWorkflowId(workflowId, undos.length + 1);
    const status = await statusOf(client, undo);
    if (status === null) return undos;
    undos.push({ incidentKey: incidentKey(undo), status });
  }
}

/** Null: Temporal knows no such workflow. */
async function statusOf(client: Client, workflowId: string): Promise<string | null> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
