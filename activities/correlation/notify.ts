import type { Client } from '@temporalio/client';
import {
  mostRelated,
  noneCorrelated,
  type Correlated,
  type CorrelationKind,
  type Joining,
  type RelatedIncident,
} from '../../src/domain/alert/correlation.ts';
import { correlationWorkflowId, incidentKey, taskQueues } from '../../src/domain/names.ts';
import { listing } from '../../src/temporal/listing.ts';
import type { CorrelationNotify } from './contract.ts';
import { countingOn } from './counting-on.ts';
import { earlierIncidents, type EarlierSources } from './earlier-incidents.ts';

/** A workflow for each shared value tells its incidents of each other (ADR 15): visibility lags, and would miss a burst. */
export const correlationNotify = (sources: EarlierSources): CorrelationNotify => ({
  async correlate({ incident, hashes, waitsFor }) {
    const { client } = sources;
    const kinds = Object.entries(hashes) as [CorrelationKind, string][];
    // All at once: whoever is told of a burst waits for the slowest.
    const found = await Promise.all(
      kinds.map(async ([kind, hash]) => {
        await client.workflow.signalWithStart<(state: Correlated) => Promise<void>, [Joining]>('correlation', {
          workflowId: correlationWorkflowId(hash),
          taskQueue: taskQueues.incident,
          args: [noneCorrelated],
          signal: 'join',
          signalArgs: [{ ...incident, kind, ...(kind === waitsFor ? { waits: true } : {}) }],
        });
        return { kind, others: await sharing(client, hash) };
      }),
    );
    const older = new Map<string, RelatedIncident>();
    for (const { kind, others } of found) {
      for (const workflowId of others) {
        if (workflowId === incident.workflowId) continue;
        const known = older.get(workflowId) ?? { incidentKey: incidentKey(workflowId), workflowId, shares: [] };
        older.set(workflowId, { ...known, shares: [...known.shares, kind] });
      }
    }
    return [...older.values()].slice(0, mostRelated);
  },

  countingOn: (input) => countingOn(sources.client, input),

  earlierIncidents: (input) => earlierIncidents(sources, input),
});

async function sharing(client: Client, hash: string): Promise<string[]> {
  const found: string[] = [];
  const query = `Playbook IS NOT NULL AND CorrelationHashes = '${hash}'`;
  for await (const { workflowId } of listing(client).list({ query, pageSize: mostRelated })) {
    found.push(workflowId);
    if (found.length > mostRelated) break;
  }
  return found;
}
