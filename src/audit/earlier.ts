import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { IncidentOpening } from '../domain/incident.ts';
import { undoNamed, undoWorkflowId } from '../domain/names.ts';
import { openingOf, type HistoryEvent } from './bundle/history-events.ts';
import { sha256Of, type EarlierRecord } from './bundle/manifest.ts';
import { incidentHistory } from './export.ts';
import { historyContent } from './history-file.ts';

type Named = Omit<EarlierRecord, 'history'>;

/** The run that this one was reset from, as the server noted it; null: it was not. */
export function resetFrom(events: HistoryEvent[], runId: string): string | null {
  const reset = events.find(({ kind, attributes }) => kind === 'workflowTaskFailed' && attributes.newRunId === runId);
  const base = reset?.attributes.baseRunId;
  return typeof base === 'string' ? base : null;
}

/** What a run goes back to, by its own history. */
export function earlierNamed(
  events: HistoryEvent[],
  { workflowId, runId }: { workflowId: string; runId: string },
): Named[] {
  const base = resetFrom(events, runId);
  const { predecessor } = (openingOf(events) ?? {}) as Partial<IncidentOpening>;
  const undo = undoNamed(workflowId);
  const named: Named[] = [];
  if (base !== null) named.push({ relation: 'reset-of', workflowId, runId: base });
  if (predecessor !== undefined) named.push({ relation: 'continues', workflowId: predecessor, runId: null });
  if (undo) named.push({ relation: 'undoes', workflowId: undo.incident, runId: null });
  if (undo && undo.number > 1) {
    named.push({ relation: 'follows', workflowId: undoWorkflowId(undo.incident, undo.number - 1), runId: null });
  }
  return named;
}

/** The same with what these histories are, as far as Temporal still has them. */
export async function earlierRecords(client: Client, named: Named[]): Promise<EarlierRecord[]> {
  const records: EarlierRecord[] = [];
  for (const one of named) records.push({ ...one, ...(await historyOf(client, one)) });
  return records;
}

async function historyOf(
  client: Client,
  { workflowId, runId }: Named,
): Promise<{ runId: string | null; history: string | null }> {
  try {
    const { file } = await incidentHistory(client, { workflowId, ...(runId === null ? {} : { runId }) });
    return { runId: file.runId, history: file.closed ? sha256Of(historyContent(file)) : null };
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return { runId, history: null };
  }
}
