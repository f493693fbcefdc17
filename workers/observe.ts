import { Worker } from '@temporalio/worker';
import { awsClients } from '../activities/aws/clients.ts';
import { keepingEvidence, keepObserved } from '../activities/evidence/observed.ts';
import { trailParts } from '../activities/evidence/trail-parts.ts';
import { observeActivities } from '../activities/observe.ts';
import { awsSettings, observedSettings } from '../src/config/aws-settings.ts';
import { taskQueues } from '../src/domain/names.ts';
import { inTemporal, type MadeWorker, type WorkerContext } from './context.ts';

/** Reads AWS under the observe roles; it cannot change anything, and appends what it was answered under a role of its own (P12). */
export async function observeWorker({ config, temporal, connection }: WorkerContext): Promise<MadeWorker> {
  const worker = await Worker.create({
    connection,
    ...inTemporal(temporal),
    taskQueue: taskQueues.observe,
    activities: keepingEvidence(
      observeActivities(
        awsClients(awsSettings(config, 'observe')),
        config.geography,
        config.aws.lookupsPerSecond,
        trailParts(observedSettings(config)),
      ),
      keepObserved(observedSettings(config)),
    ),
    // Of 24 s otherwise: what a lookup had read meanwhile would be asked for again after the worker's death.
    maxHeartbeatThrottleInterval: '5s',
  });
  return { worker };
}
