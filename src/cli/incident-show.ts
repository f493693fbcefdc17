import type { Client } from '@temporalio/client';
import { incidentQuery } from '../../workflows/messages.ts';
import { findIncident } from '../approvals/find-incident.ts';
import { archiveState } from '../audit/archive-state.ts';
import type { IncidentReport } from '../domain/report/report.ts';
import { Unreachable } from './failures.ts';
import type { ShownIncident } from './incident-text.ts';

const patience = 15_000;

/** A closed incident's report needs no worker; everything else is asked of the workflow. */
export async function readIncident(client: Client, ref: string): Promise<ShownIncident> {
  const found = await findIncident(client, ref);
  const handle = client.workflow.getHandle(found.workflowId, found.runId);
  const archive = found.running ? null : await archiveState(client, found);
  if (found.status === 'COMPLETED') {
    return { ...found, view: null, report: (await handle.result()) as IncidentReport, archive };
  }
  try {
    const view = await client.withDeadline(Date.now() + patience, () => handle.query(incidentQuery));
    return { ...found, view, report: null, archive };
  } catch (error) {
    // One that was terminated or failed may not be able to answer; then its history is all there is.
    if (!found.running) return { ...found, view: null, report: null, archive };
    const message = `${found.incidentKey} does not answer; is soar worker --role incident running?`;
    throw new Unreachable(message, { cause: error });
  }
}
