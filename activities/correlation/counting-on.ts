import type { Client } from '@temporalio/client';
import type { IncidentView } from '../../src/domain/incident.ts';
import { incidentKey } from '../../src/domain/names.ts';
import { countedOn, type Neighbours } from '../../src/domain/plan/shared-state.ts';
import { listing } from '../../src/temporal/listing.ts';
import type { CorrelationNotify } from './contract.ts';

/** So many incidents of one account at once are a storm; those beyond are named as not asked. */
const mostAsked = 200;
const atOnce = 10;

/** Asks each open incident itself: what it has done, and what it found done. */
export async function countingOn(
  client: Client,
  { actions, except }: Parameters<CorrelationNotify['countingOn']>[0],
  patience = 10_000,
): Promise<Neighbours> {
  const open = (await openIncidents(client, accountsOf(actions))).filter((id) => !except.includes(id));
  const found: Neighbours = { kept: [], unasked: open.slice(mostAsked).map(incidentKey) };
  const waiting = open.slice(0, mostAsked);
  const askNext = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const view = await viewOf(client, id, patience);
      if (view === null) found.unasked.push(incidentKey(id));
      else if (view.phase !== 'closed') found.kept.push(...countedOn(actions, view));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, askNext));
  return { kept: found.kept, unasked: found.unasked.slice(0, atOnce) };
}

const accountsOf = (actions: Parameters<CorrelationNotify['countingOn']>[0]['actions']): string[] => [
  ...new Set(actions.map(({ input }) => input.accountId)),
];

async function openIncidents(client: Client, accounts: string[]): Promise<string[]> {
  const listed = accounts.map((id) => `'${id}'`).join(', ');
  const query = `ExecutionStatus = 'Running' AND Playbook IS NOT NULL AND AwsAccountId IN (${listed})`;
  const found: string[] = [];
  for await (const { workflowId } of listing(client).list({ query, pageSize: mostAsked })) {
    found.push(workflowId);
    if (found.length > mostAsked + 10) break;
  }
  return found;
}

/** null: it did not answer, as where no worker of its version runs. */
async function viewOf(client: Client, workflowId: string, patience: number): Promise<IncidentView | null> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    return await client.withDeadline(Date.now() + patience, () => handle.query<IncidentView>('incident'));
  } catch {
    return null;
  }
}
