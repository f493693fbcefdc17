import { ApplicationFailure } from '@temporalio/common';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { SigningKey } from '../../src/audit/bundle/keys.ts';
import { sealedRuns, type CodeOf, type SealedRun } from '../../src/audit/seal.ts';
import { bundleName, type ArchivedBundle } from '../../src/domain/archive.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { incidentKey } from '../../src/domain/names.ts';
import { evidenceStore, storeDocument, type EvidenceSettings, type EvidenceStore } from '../evidence/store.ts';
import type { ArchiveNotify } from './contract.ts';

/** What closed incidents are sealed with. */
export interface SealingSettings {
  key: SigningKey;
  codeOf: CodeOf;
}

/** Null: this worker has no key. What was begun waits for one that has. */
export const archiveNotify = (
  client: Client,
  evidence: EvidenceSettings,
  sealing: SealingSettings | null,
): ArchiveNotify => ({
  async sealRun({ workflowId, runId }) {
    if (!sealing) throw new Error('this worker has no key to seal with: set audit.signingKey and start it again');
    const store = evidenceStore(evidence);
    const bundles: ArchivedBundle[] = [];
    try {
      await requireClosed(client, workflowId, runId);
      for await (const run of sealedRuns(client, { workflowId, runId }, sealing))
        bundles.push(await stored(store, run));
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      const message = `Temporal no longer has run ${runId} of ${workflowId}: it cannot be sealed`;
      throw ApplicationFailure.create({ type: 'NothingToSeal', nonRetryable: true, message, cause: error });
    }
    return bundles;
  },
});

/** It closes when everything that it tells people has got through; until then its history is not whole. */
async function requireClosed(client: Client, workflowId: string, runId: string): Promise<void> {
  const { status } = await client.workflow.getHandle(workflowId, runId).describe();
  if (status.name === 'RUNNING') {
    throw ApplicationFailure.retryable(`${workflowId} is still open`, failureTypes.notYet);
  }
}

async function stored(
  store: EvidenceStore,
  { workflowId, runId, release, bundle }: SealedRun,
): Promise<ArchivedBundle> {
  const document = { incidentKey: incidentKey(workflowId), name: bundleName(runId), content: bundle };
  return { ...(await storeDocument(store, { ...document, format: 'tar' })), runId, release };
}
