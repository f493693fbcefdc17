import type { NativeConnection, WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import { taskQueues } from '../../src/domain/names.ts';
import { bundleWorkflows } from '../../workers/bundle.ts';
import type { FakeWorld } from './fake-world.ts';

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;
const workflowBundle = () => (bundle ??= bundleWorkflows().then((made) => made.bundle));

/** One worker per task queue on the doubles, while `test` runs. */
export async function withWorkers<T>(
  connection: NativeConnection,
  world: FakeWorld,
  test: () => Promise<T>,
  namespace = 'default',
): Promise<T> {
  const shared = { connection, namespace };
  const incident = await Worker.create({
    ...shared,
    taskQueue: taskQueues.incident,
    workflowBundle: await workflowBundle(),
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
