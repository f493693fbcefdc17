import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { incidentKey } from '../domain/names.ts';
import type { IncidentReport } from '../domain/report/report.ts';
import { decodedEvents, hasEnded } from './bundle/history-events.ts';
import { decodedHistory } from './decoded-history.ts';
import { historyFileOf, historyText, type HistoryFile } from './history-file.ts';
import { renderHtml } from './render/html.ts';
import { renderMarkdown } from './render/markdown.ts';
import { renderOcsf } from './render/ocsf.ts';

export interface ExportedIncident {
  workflowId: string;
  runId: string;
  /** False: the incident is still open; there is a history but no final report. */
  closed: boolean;
  historyPath: string;
  reportPath: string | null;
  reportJsonPath: string | null;
  reportHtmlPath: string | null;
  reportOcsfPath: string | null;
}

const noReport = { reportPath: null, reportJsonPath: null, reportHtmlPath: null, reportOcsfPath: null };

/** Writes history and, once there is one, the report of an incident into `folder`. */
export async function exportIncident(
  client: Client,
  execution: { workflowId: string; runId?: string },
  folder: string,
): Promise<ExportedIncident> {
  const { file, completed } = await incidentHistory(client, execution);
  const { workflowId, runId, closed } = file;
  const key = incidentKey(workflowId);

  await mkdir(folder, { recursive: true });
  const historyPath = join(folder, `${key}-history.json`);
  await writeFile(historyPath, historyText(file));

  if (!completed) {
    return { workflowId, runId, closed, historyPath, ...noReport };
  }
  const report = (await client.workflow.getHandle(workflowId, runId).result()) as IncidentReport;
  const write = async (ending: string, content: string): Promise<string> => {
    const path = join(folder, `${key}-report.${ending}`);
    await writeFile(path, content);
    return path;
  };
  return {
    workflowId,
    runId,
    closed,
    historyPath,
    reportPath: await write('md', renderMarkdown(report)),
    reportJsonPath: await write('json', JSON.stringify(report, null, 2) + '\n'),
    reportHtmlPath: await write('html', renderHtml(report)),
    reportOcsfPath: await write('ocsf.json', JSON.stringify(renderOcsf(report), null, 2) + '\n'),
  };
}

/** The history as it stands, in the clear, and whether the incident came to a report. */
export async function incidentHistory(
  client: Client,
  execution: { workflowId: string; runId?: string },
): Promise<{ file: HistoryFile; completed: boolean }> {
  const { workflowId } = execution;
  const { status, runId } = await client.workflow.getHandle(workflowId, execution.runId).describe();
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  await decodedHistory(history, client.options.loadedDataConverter.payloadCodecs);
  const file = historyFileOf({ workflowId, runId, closed: status.name !== 'RUNNING' }, history);
  // It may have ended since it was described.
  const closed = file.closed || hasEnded(decodedEvents(file.history));
  return { file: { ...file, closed }, completed: status.name === 'COMPLETED' };
}
