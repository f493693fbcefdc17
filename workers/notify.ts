import { Worker } from '@temporalio/worker';
import { notifyActivities } from '../activities/notify.ts';
import { approverDirectory } from '../src/config/approver-directory.ts';
import { evidenceSettings } from '../src/config/aws-settings.ts';
import { kibanaSettings } from '../src/config/kibana-settings.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { taskQueues } from '../src/domain/names.ts';
import type { MadeWorker, WorkerContext } from './run.ts';

/** Appends evidence, reads our own configuration, tells detectors; its AWS role can do nothing but append (P12). */
export async function notifyWorker({ config, temporal, connection }: WorkerContext): Promise<MadeWorker> {
  const worker = await Worker.create({
    connection,
    namespace: temporal.namespace,
    taskQueue: taskQueues.notify,
    activities: notifyActivities({
      evidence: evidenceSettings(config),
      // Read anew for every decision: who was taken off the list does not count any more (P7).
      readPolicy: async () => approverDirectory(await loadConfig(config.file)),
      codeSecret: config.gateway.codeSecret.read(),
      kibana: kibanaSettings(config, temporal.namespace),
    }),
  });
  return { worker };
}
