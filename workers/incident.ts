import { Worker } from '@temporalio/worker';
import { taskQueues } from '../src/domain/names.ts';
import { bundleWorkflows } from './bundle.ts';
import type { MadeWorker, WorkerContext } from './run.ts';
import { deploymentName, knownBuilds, releaseBuild } from './versioning.ts';

/** Runs the playbooks: workflow code only, no AWS credentials, pinned to the version that an incident began with. */
export async function incidentWorker({ temporal, connection }: WorkerContext): Promise<MadeWorker> {
  const { bundle, buildId } = await bundleWorkflows();
  const known = await knownBuilds(temporal.connection, temporal.namespace);
  const worker = await Worker.create({
    connection,
    namespace: temporal.namespace,
    taskQueue: taskQueues.incident,
    workflowBundle: bundle,
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName, buildId },
      defaultVersioningBehavior: 'PINNED',
    },
    // A parked incident costs about 220 KB while cached; beyond this it is rebuilt from history when it wakes.
    maxCachedWorkflows: 1000,
  });
  return { worker, polling: () => releaseBuild(temporal.connection, temporal.namespace, buildId, known) };
}
