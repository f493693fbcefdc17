import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { keepRelease, keptBuilds } from '../../src/audit/releases.ts';
import { auditCodeOf, buildIdOf, runnable, withoutSourceMap } from '../../src/audit/workflow-code.ts';
import { taskQueues } from '../../src/domain/names.ts';
import { connectTemporal, type TemporalConnection } from '../../src/temporal/connect.ts';
import { setCurrentVersion } from '../../src/temporal/setup.ts';
import { bundleWorkflows } from '../../workers/bundle.ts';
import { startWorkers } from '../../workers/run.ts';
import { deploymentName, openOn } from '../../workers/versioning.ts';
import { decideUpdate, timelineQuery } from '../../workflows/messages.ts';
import { anAlert, aPolicy } from '../support/builders.ts';
import { aDecision, nextRequest } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { leastConfig, parse } from '../unit/config/configuration.ts';

/** Two releases: an earlier one, which waited a moment before it followed the playbook, and this one. */
const env = useDevEnv();
let folder: string;
let temporal: TemporalConnection;
let earlier: string;
let own: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-releases-'));
  vi.stubEnv('TEMPORAL_ADDRESS', env().address);
  temporal = await connectTemporal();
  const { bundle, buildId } = await bundleWorkflows();
  own = buildId;
  earlier = withoutSourceMap(bundle.code).replaceAll(
    '()=>followPlaybook(incident)',
    `async () => {
        await new Promise((go) => setTimeout(go, 1));
        incident.record.add('note', 'by the earlier release');
        return await followPlaybook(incident);
    }`,
  );
  expect(buildIdOf(earlier)).not.toBe(own);
});
afterAll(async () => {
  await temporal.close();
  await rm(folder, { recursive: true });
  vi.unstubAllEnvs();
});

const begin = (subject: string) =>
  env().client.workflow.start('ec2VmExport', {
    workflowId: `ec2-vm-export/releases/${subject}`,
    taskQueue: taskQueues.incident,
    args: [{ alert: anAlert(), policy: aPolicy(), policyDigest: 'p', correlation: {} }],
  });
/** The builds whose workers took turns of the workflow. */
async function buildsOf(handle: Awaited<ReturnType<typeof begin>>): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  const builds = events!.flatMap(
    (event) => event.workflowTaskCompletedEventAttributes?.deploymentVersion?.buildId ?? [],
  );
  return [...new Set(builds)];
}

/** A worker of the earlier release alone, while `test` runs. */
async function onEarlier<T>(test: () => Promise<T>): Promise<T> {
  const buildId = buildIdOf(earlier);
  const worker = await Worker.create({
    connection: env().nativeConnection,
    taskQueue: taskQueues.incident,
    workflowBundle: runnable(earlier),
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName, buildId },
      defaultVersioningBehavior: 'PINNED',
    },
  });
  return worker.runUntil(async () => {
    await setCurrentVersion(env().connection, 'default', deploymentName, buildId);
    return test();
  });
}

test('an incident that began on an earlier release is answered by a worker of this one, which hosts it; new ones begin on this', async () => {
  const world = new FakeWorld();
  const activities = [
    [taskQueues.observe, world.observe],
    [taskQueues.contain, world.contain],
    [taskQueues.notify, world.notify],
  ] as const;
  const others = await Promise.all(
    activities.map(([taskQueue, implemented]) =>
      Worker.create({ connection: env().nativeConnection, taskQueue, activities: implemented }),
    ),
  );
  const ends = others.map((worker) => worker.run());
  const { handle, asked } = await onEarlier(async () => {
    const handle = await begin('earlier');
    return { handle, asked: await nextRequest(handle) };
  });
  await keepRelease(folder, earlier, auditCodeOf('its audit code'));
  await eventually(async () =>
    expect(await openOn(temporal.client, [buildIdOf(earlier), own], own)).toEqual([
      { buildId: buildIdOf(earlier), workflows: 1, incidents: 1 },
    ]),
  );

  const config = parse({ ...leastConfig(), releases: folder });
  const workers = await startWorkers({ config, temporal, roles: ['incident'] });
  try {
    const answer = await handle.executeUpdate(decideUpdate, { args: [aDecision(asked, 'approve', 'alice')] });
    expect(answer.result).toBe('accepted');
    await nextRequest(handle, asked.requestId);
    expect(world.acts.length).toBeGreaterThan(0);
    expect((await handle.query(timelineQuery)).map(({ text }) => text)).toContain('by the earlier release');
    expect(await buildsOf(handle)).toEqual([buildIdOf(earlier)]);

    const next = await begin('own');
    await nextRequest(next);
    expect(await buildsOf(next)).toEqual([own]);
    expect((await next.query(timelineQuery)).map(({ text }) => text)).not.toContain('by the earlier release');
    // This release was kept, too, with the code that replays it.
    expect((await keptBuilds(folder)).sort()).toEqual([own, buildIdOf(earlier)].sort());
    await next.terminate('the test is over');
  } finally {
    await handle.terminate('the test is over');
    await workers.stop();
    for (const worker of others) worker.shutdown();
    await Promise.all(ends);
  }
});
