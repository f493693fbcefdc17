import { WorkflowNotFoundError, type Client, type WorkflowExecutionInfo } from '@temporalio/client';
import { watchedDays, type CutShort } from '../domain/cut-short.ts';
import { incidentFilter } from '../temporal/incident-filter.ts';
import { listing } from '../temporal/listing.ts';
import { searchAttributes } from '../../workflows/messages.ts';

/** What Temporal calls it, and what we do. One that was cancelled ends by itself, with a report. */
const ends: Record<string, CutShort['how']> = { TERMINATED: 'terminated', TIMED_OUT: 'timed out', FAILED: 'failed' };

/** The latest ones. One that was reset goes on in another run, and is none. */
export async function cutShortIncidents(client: Client): Promise<CutShort[]> {
  const since = new Date(Date.now() - watchedDays * 86_400_000).toISOString();
  const ended = `ExecutionStatus IN ('Terminated', 'TimedOut', 'Failed') AND CloseTime > '${since}'`;
  const found: CutShort[] = [];
  for await (const run of listing(client).list({ query: `${incidentFilter} AND ${ended}` })) {
    if (await isLastRun(client, run)) found.push(cutShortOf(run));
  }
  return found;
}

async function isLastRun(client: Client, { workflowId, runId }: WorkflowExecutionInfo): Promise<boolean> {
  try {
    return (await listing(client).getHandle(workflowId).describe()).runId === runId;
  } catch (error) {
    // Past its retention; the list lags behind.
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

const cutShortOf = ({
  workflowId,
  runId,
  status,
  closeTime,
  typedSearchAttributes,
}: WorkflowExecutionInfo): CutShort => ({
  workflowId,
  runId,
  how: ends[status.name] ?? 'failed',
  at: (closeTime ?? new Date()).toISOString(),
  phase: typedSearchAttributes.get(searchAttributes.phase) ?? null,
});
