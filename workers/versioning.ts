import type { Client, Connection } from '@temporalio/client';
import { hasStatus } from '../src/temporal/grpc-status.ts';
import { setCurrentVersion } from '../src/temporal/setup.ts';

/** Incidents stay on the code that they began with; only the incident queue is versioned (activities take fixes at once). */
export const deploymentName = 'soar-incident';

/** The builds whose workers have polled the incident queue, and the one that new incidents begin on. */
export interface Deployment {
  current: string | null;
  known: string[];
}

/** Fails where Temporal does not say: a build that seems to be new would take over the incidents of today's release. */
export async function describeDeployment(connection: Connection, namespace: string): Promise<Deployment> {
  try {
    const { workerDeploymentInfo } = await connection.workflowService.describeWorkerDeployment({
      namespace,
      deploymentName,
    });
    const versions = workerDeploymentInfo?.versionSummaries ?? [];
    return {
      current: workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId ?? null,
      known: versions.flatMap(({ deploymentVersion }) => deploymentVersion?.buildId ?? []),
    };
  } catch (error) {
    // No incident worker has ever polled.
    if (hasStatus(error, 'notFound')) return { current: null, known: [] };
    throw error;
  }
}

/** What is open on a build that is not the one of this release. */
export interface OpenOn {
  buildId: string;
  workflows: number;
  incidents: number;
}

/** Other builds that still have open workflows, with how many. */
export async function openOn(client: Client, builds: string[], own: string): Promise<OpenOn[]> {
  const open: OpenOn[] = [];
  for (const buildId of new Set(builds)) {
    if (buildId === own) continue;
    const query = `TemporalWorkerDeploymentVersion = '${deploymentName}:${buildId}' AND ExecutionStatus = 'Running'`;
    const { count: workflows } = await client.workflow.count(query);
    if (workflows === 0) continue;
    const { count: incidents } = await client.workflow.count(`${query} AND IncidentPhase IS NOT NULL`);
    open.push({ buildId, workflows, incidents });
  }
  return open;
}

/**
 * A build seen for the first time becomes the version of new incidents. Without a current version nothing would start. One
 * that was known before comes back after a crash, and is no release: the build that new incidents begin on stays, and is
 * answered where it is another.
 */
export async function releaseBuild(
  connection: Connection,
  namespace: string,
  buildId: string,
  { known, current }: Deployment,
): Promise<string | null> {
  if (known.includes(buildId) && known.length > 1 && current !== null) return current === buildId ? null : current;
  await setCurrentVersion(connection, namespace, deploymentName, buildId);
  return null;
}
