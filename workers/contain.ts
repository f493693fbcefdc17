import { Worker } from '@temporalio/worker';
import { awsClients } from '../activities/aws/clients.ts';
import { authorised } from '../activities/authorised.ts';
import { containActivities } from '../activities/contain.ts';
import { authorisationRules } from '../src/config/approver-directory.ts';
import { awsSettings } from '../src/config/aws-settings.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { taskQueues } from '../src/domain/names.ts';
import { inTemporal, type MadeWorker, type WorkerContext } from './context.ts';

/** The only worker that changes anything in AWS, under the contain roles (P12); it checks every approval itself (P2). */
export async function containWorker({ config, temporal, connection }: WorkerContext): Promise<MadeWorker> {
  const clients = awsClients(awsSettings(config, 'contain'));
  const codeSecret = config.gateway.codeSecret.read();
  const readRules = async () => ({ ...authorisationRules(await loadConfig(config.file)), codeSecret });
  const readProtected = async () => (await loadConfig(config.file)).protected;
  const worker = await Worker.create({
    connection,
    ...inTemporal(temporal),
    taskQueue: taskQueues.contain,
    activities: authorised(containActivities(clients, { protected: readProtected }), readRules),
    // Changes are few and each is awaited: bounded, so that a storm does not exhaust the account's API limits.
    maxConcurrentActivityTaskExecutions: 10,
  });
  return { worker };
}
