import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { incidentKey } from '../domain/names.ts';
import type { IncidentReport } from '../domain/report.ts';
import { historyText } from './history-file.ts';
import { renderMarkdown } from './render/markdown.ts';

export interface ExportedIncident {
  workflowId: string;
  runId: string;
  /** False: the incident is still open; there is a history but no final report. */
  closed: boolean;
  historyPath: string;
  reportPath: string | null;
  reportJsonPath: string | null;
}

/** Writes history and, once there is one, the report of an incident into `folder`. */
export async function exportIncident(
  client: Client,
  execution: { workflowId: string; runId?: string },
  folder: string,
): Promise<ExportedIncident> {
  const handle = client.workflow.getHandle(execution.workflowId, execution.runId);
  const { status, runId } = await handle.describe();
  const closed = status.name !== 'RUNNING';
  const run = client.workflow.getHandle(execution.workflowId, runId);
  const history = await run.fetchHistory();
  const key = incidentKey(execution.workflowId);

  await mkdir(folder, { recursive: true });
  const historyPath = join(folder, `${key}-history.json`);
  await writeFile(historyPath, historyText({ workflowId: execution.workflowId, runId, closed }, history));

  if (status.name !== 'COMPLETED') {
    return { workflowId: execution.workflowId, runId, closed, historyPath, reportPath: null, reportJsonPath: null };
  }
  const report = (await run.result()) as IncidentReport;
  const reportPath = join(folder, `${key}-report.md`);
  const reportJsonPath = join(folder, `${key}-report.json`);
  await writeFile(reportPath, renderMarkdown(report));
  await writeFile(reportJsonPath, JSON.stringify(report, null, 2) + '\n');
  return { workflowId: execution.workflowId, runId, closed, historyPath, reportPath, reportJsonPath };
}
