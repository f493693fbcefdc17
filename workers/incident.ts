import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { keepRelease, keptBuilds, keptWorkflows } from '../src/audit/releases.ts';
import { auditCode, runnable } from '../src/audit/workflow-code.ts';
import { taskQueues } from '../src/domain/names.ts';
import { log } from '../src/temporal/log.ts';
import { scheduleWatch, watchSchedule } from '../src/temporal/watch-schedule.ts';
import { bundleWorkflows } from './bundle.ts';
import { inTemporal, type MadeWorker, type WorkerContext } from './context.ts';
import { deploymentName, describeDeployment, openOn, releaseBuild, type OpenOn } from './versioning.ts';

/**
 * Runs the playbooks: workflow code only, no AWS credentials, pinned to the version that an incident began with. Beside this
 * release it hosts those that were kept and still have open incidents.
 */
export async function incidentWorker(context: WorkerContext): Promise<MadeWorker[]> {
  const { config, temporal } = context;
  const { bundle, code, buildId } = await bundleWorkflows(temporal.dataConverter);
  const deployment = await describeDeployment(temporal.connection, temporal.namespace);
  if (config.releases !== undefined) await keepRelease(config.releases, code, await auditCode());
  // A parked incident costs about 220 KB while cached; beyond this it is rebuilt from history when it wakes.
  const own = await playbookWorker(context, buildId, bundle, 1000);
  const made: MadeWorker[] = [
    {
      worker: own,
      polling: async () => {
        const other = await releaseBuild(temporal.connection, temporal.namespace, buildId, deployment);
        if (other !== null) log(notCurrent(buildId, other), 'warn');
        await scheduleWatch(temporal.client).catch((error: unknown) => log(notWatched(error), 'warn'));
      },
    },
  ];
  const kept = config.releases === undefined ? [] : await keptBuilds(config.releases);
  for (const open of await openOn(temporal.client, [...deployment.known, ...kept], buildId)) {
    log(openWords(open, kept.includes(open.buildId)), kept.includes(open.buildId) ? 'info' : 'warn');
    if (config.releases === undefined || !kept.includes(open.buildId)) continue;
    const older = runnable(await keptWorkflows(config.releases, open.buildId));
    made.push({ worker: await playbookWorker(context, open.buildId, older, 100) });
  }
  return made;
}

const notCurrent = (buildId: string, current: string): string =>
  `new incidents begin on build ${current}, not on this one, ${buildId}, which Temporal knew before: they do what the code ` +
  `of ${current} says where a worker of it runs or it is hosted here, else they stand still. To go back to this release: ` +
  `temporal worker deployment set-current-version --deployment-name ${deploymentName} --build-id ${buildId}`;

const notWatched = (error: unknown): string =>
  `the schedule ${watchSchedule} cannot be made (${error instanceof Error ? error.message : String(error)}): nobody is told of incidents that are terminated in Temporal`;

const openWords = ({ buildId, workflows, incidents }: OpenOn, hosted: boolean): string =>
  `build ${buildId} still has ${workflows} open workflows, ${incidents} of them incidents: ` +
  (hosted ? 'hosted here, beside this release' : 'its code is not kept here, so a worker of that release has to run');

const playbookWorker = (
  { temporal, connection }: WorkerContext,
  buildId: string,
  workflowBundle: Pick<WorkflowBundleWithSourceMap, 'code'>,
  maxCachedWorkflows: number,
): Promise<Worker> =>
  Worker.create({
    connection,
    ...inTemporal(temporal),
    taskQueue: taskQueues.incident,
    workflowBundle,
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName, buildId },
      defaultVersioningBehavior: 'PINNED',
    },
    maxCachedWorkflows,
  });
