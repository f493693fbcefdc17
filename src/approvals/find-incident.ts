import { WorkflowNotFoundError, type Client, type WorkflowExecutionInfo } from '@temporalio/client';
import { playbooks } from '../../workflows/playbooks.ts';
import { incidentKey, isIncidentKey } from '../domain/names.ts';
import { listing } from '../temporal/listing.ts';

export interface FoundIncident {
  incidentKey: string;
  workflowId: string;
  runId: string;
  running: boolean;
  /** Temporal's word: RUNNING, COMPLETED, TERMINATED, … */
  status: string;
}

/** Nothing is known under the name that somebody gave. */
export class IncidentNotFound extends Error {
  override readonly name = 'IncidentNotFound';

  constructor() {
    super('there is no such incident; name it by its key, such as VMX-7Q2MZ4K6AB, or by its workflow id');
  }
}

type Run = Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'status' | 'startTime'>;

const patience = 10_000;

/** Finds an incident by key (running before closed, newest first) or by workflow id. */
export async function findIncident(client: Client, ref: string): Promise<FoundIncident> {
  return client.withDeadline(Date.now() + patience, async () => {
    const key = keyIn(ref);
    const found = isIncidentKey(key) ? await byKey(client, key) : await byWorkflowId(client, ref.trim());
    if (!found) throw new IncidentNotFound();
    const { workflowId, runId, status } = found;
    return {
      incidentKey: incidentKey(workflowId),
      workflowId,
      runId,
      running: status.name === 'RUNNING',
      status: status.name,
    };
  });
}

/** A key is known in any case, and as it is copied out of Slack or a sentence; that of an undo ends in small letters. */
const keyIn = (ref: string): string =>
  ref
    .replace(/^[\s`'"*(<]+|[\s`'"*)>.,;:]+$/g, '')
    .toUpperCase()
    .replace('-UNDO-', '-undo-');

async function byKey(client: Client, key: string): Promise<Run | undefined> {
  const found: Run[] = [];
  for await (const run of listing(client).list({ query: `IncidentKey = '${key}'`, pageSize: 50 })) found.push(run);
  const rank = (run: Run) => (isPlaybook(run) ? 2 : 0) + (run.status.name === 'RUNNING' ? 1 : 0);
  return found.sort((a, b) => rank(b) - rank(a) || b.startTime.getTime() - a.startTime.getTime())[0];
}

/** An incident itself, not a workflow that serves it and carries its key. */
const isPlaybook = ({ workflowId }: Run): boolean => playbooks.some(({ id }) => workflowId.startsWith(`${id}/`));

async function byWorkflowId(client: Client, workflowId: string): Promise<Run | undefined> {
  if (workflowId === '' || workflowId.length > 1000) return undefined;
  try {
    return await listing(client).getHandle(workflowId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
