import type { DataConverter } from '@temporalio/common';
import type { NativeConnection, WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import { taskQueues } from '../../src/domain/names.ts';
import { bundleWorkflows } from '../../workers/bundle.ts';
import type { FakeWorld } from './fake-world.ts';

const bundles = new Map<string | undefined, Promise<WorkflowBundleWithSourceMap>>();
function workflowBundle(converter: DataConverter = {}): Promise<WorkflowBundleWithSourceMap> {
  const { failureConverterPath } = converter;
  const bundle = bundles.get(failureConverterPath) ?? bundleWorkflows(converter).then((made) => made.bundle);
  bundles.set(failureConverterPath, bundle);
  return bundle;
}

/** One worker per task queue on the doubles, while `test` runs. */
export async function withWorkers<T>(
  connection: NativeConnection,
  world: FakeWorld,
  test: () => Promise<T>,
  namespace = 'default',
  dataConverter?: DataConverter,
): Promise<T> {
  const shared = { connection, namespace, ...(dataConverter ? { dataConverter } : {}) };
  const incident = await Worker.create({
    ...shared,
    taskQueue: taskQueues.incident,
    workflowBundle: await workflowBundle(dataConverter),
  });
  const observe = await Worker.create({ ...shared, taskQueue: taskQueues.observe, activities: world.observe });
  const contain = await Worker.create({ ...shared, taskQueue: taskQueues.contain, activities: world.contain });
  const notify = await Worker.create({ ...shared, taskQueue: taskQueues.notify, activities: world.notify });
  const running = [incident, observe, contain, notify];
  const ends = running.map((worker) => worker.run());
  try {
    return await test();
  } finally {
    for (const worker of running) worker.shutdown();
    await Promise.all(ends);
  }
}
