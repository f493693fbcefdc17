import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { bundleOf } from './bundle/contents.ts';
import { asFields, decodedEvents, type HistoryEvent } from './bundle/history-events.ts';
import type { SigningKey } from './bundle/keys.ts';
import { earlierNamed, earlierRecords, resetFrom } from './earlier.ts';
import { incidentHistory } from './export.ts';
import { renderers, type AuditCode } from './workflow-code.ts';

/** The code that replays what a build did; null: the history does not say which build. */
export type CodeOf = (buildId: string | null) => Promise<AuditCode>;

export interface SealedRun {
  workflowId: string;
  runId: string;
  closed: boolean;
  release: string;
  bundle: Buffer;
}

/** Seals one run in one file; the same record, code and key are the same bytes. */
export async function sealRun(
  client: Client,
  execution: { workflowId: string; runId?: string },
  { key, codeOf }: { key: SigningKey; codeOf: CodeOf },
): Promise<SealedRun> {
  return (await sealed(client, execution, { key, codeOf })).run;
}

/** The run, and after it those that it was reset from one by one, as far as Temporal still has them. */
export async function* sealedRuns(
  client: Client,
  execution: { workflowId: string; runId: string },
  by: { key: SigningKey; codeOf: CodeOf },
): AsyncGenerator<SealedRun> {
  const { workflowId } = execution;
  let next: string | null = execution.runId;
  while (next !== null) {
    const made: { run: SealedRun; base: string | null } | null =
      next === execution.runId
        ? await sealed(client, execution, by)
        : await unlessForgotten(sealed(client, { workflowId, runId: next }, by));
    if (!made) return;
    yield made.run;
    next = made.base;
  }
}

async function sealed(
  client: Client,
  execution: { workflowId: string; runId?: string },
  { key, codeOf }: { key: SigningKey; codeOf: CodeOf },
): Promise<{ run: SealedRun; base: string | null }> {
  const { file: history } = await incidentHistory(client, execution);
  const { workflowId, runId, closed } = history;
  const events = decodedEvents(history.history);
  const earlier = await earlierRecords(client, earlierNamed(events, { workflowId, runId }));
  const code = await codeOf(buildOf(events));
  const bundle = bundleOf({ history, code, renderers: await renderers(), earlier }, key);
  return { run: { workflowId, runId, closed, release: code.release, bundle }, base: resetFrom(events, runId) };
}

/** The build that the run ended on, as its workers told the server. */
function buildOf(events: HistoryEvent[]): string | null {
  const task = events.findLast(
    ({ kind, attributes }) => kind === 'workflowTaskCompleted' && attributes.deploymentVersion !== undefined,
  );
  const { buildId } = asFields(task?.attributes.deploymentVersion);
  return typeof buildId === 'string' && buildId !== '' ? buildId : null;
}

/** The server deletes runs when the retention has passed; what is gone is named all the same. */
async function unlessForgotten<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
