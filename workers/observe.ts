import { Worker } from '@temporalio/worker';
import { awsClients } from '../activities/aws/clients.ts';
import { observeActivities } from '../activities/observe.ts';
import { awsSettings } from '../src/config/aws-settings.ts';
import { taskQueues } from '../src/domain/names.ts';
import type { MadeWorker, WorkerContext } from './run.ts';

/** Reads AWS under the observe roles; it cannot change anything (P12). */
export async function observeWorker({ config, temporal, connection }: WorkerContext): Promise<MadeWorker> {
  const worker = await Worker.create({
    connection,
    namespace: temporal.namespace,
    taskQueue: taskQueues.observe,
    activities: observeActivities(awsClients(awsSettings(config, 'observe')), config.geography),
  });
  return { worker };
}
