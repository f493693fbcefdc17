import { Worker } from '@temporalio/worker';
import { awsClients } from '../activities/aws/clients.ts';
import { containActivities } from '../activities/contain.ts';
import { awsSettings } from '../src/config/aws-settings.ts';
import { taskQueues } from '../src/domain/names.ts';
import type { MadeWorker, WorkerContext } from './run.ts';

/** The only worker that changes anything in AWS, under the contain roles (P12). */
export async function containWorker({ config, temporal, connection }: WorkerContext): Promise<MadeWorker> {
  const worker = await Worker.create({
    connection,
    namespace: temporal.namespace,
    taskQueue: taskQueues.contain,
    activities: containActivities(awsClients(awsSettings(config, 'contain')), { protected: config.protected }),
    // Changes are few and each is awaited: bounded, so that a storm does not exhaust the account's API limits.
    maxConcurrentActivityTaskExecutions: 10,
  });
  return { worker };
}
