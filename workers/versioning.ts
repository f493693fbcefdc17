import type { Client, Connection } from '@temporalio/client';
import { setCurrentVersion } from '../src/temporal/setup.ts';

/** Incidents stay on the code that they began with; only the incident queue is versioned (activities take fixes at once). */
export const deploymentName = 'soar-incident';

/** Builds that the server knew before, the oldest included: one that comes back after a crash is not a release. */
export async function knownBuilds(connection: Connection, namespace: string): Promise<Set<string>> {
  try {
    const { workerDeploymentInfo } = await connection.workflowService.describeWorkerDeployment({
      namespace,
      deploymentName,
    });
    const versions = workerDeploymentInfo?.versionSummaries ?? [];
    return new Set(versions.flatMap(({ deploymentVersion }) => deploymentVersion?.buildId ?? []));
  } catch {
    return new Set(); // no worker has ever polled
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

/** A build seen for the first time becomes the version of new incidents. Without a current version nothing would start. */
export async function releaseBuild(
  connection: Connection,
  namespace: string,
  buildId: string,
  known: Set<string>,
): Promise<void> {
  if (!known.has(buildId) || known.size === 1) await setCurrentVersion(connection, namespace, deploymentName, buildId);
}
