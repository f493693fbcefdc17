/** A worker in a process of its own, whose memory is measured: `parked-worker.ts ours|bare ADDRESS CACHED CODE`. */
import { NativeConnection, Worker } from '@temporalio/worker';
import { taskQueues } from '../src/domain/names.ts';
import { quietTemporal } from '../src/temporal/quiet.ts';
import { FakeWorld } from '../test/support/fake-world.ts';
import { bareActivities } from './bare-activities.ts';
import { bareTaskQueue } from './bare-workflows.ts';

quietTemporal('ERROR');
const [kind, address = '', cached = '', codePath = ''] = process.argv.slice(2);
const shared = { connection: await NativeConnection.connect({ address }), maxCachedWorkflows: Number(cached) };
const workflowBundle = { codePath };
const world = new FakeWorld();
const workers =
  kind === 'ours'
    ? [
        await Worker.create({ ...shared, taskQueue: taskQueues.incident, workflowBundle }),
        await Worker.create({ ...shared, taskQueue: taskQueues.observe, activities: world.observe }),
        await Worker.create({ ...shared, taskQueue: taskQueues.contain, activities: world.contain }),
        await Worker.create({ ...shared, taskQueue: taskQueues.notify, activities: world.notify }),
      ]
    : [await Worker.create({ ...shared, taskQueue: bareTaskQueue, workflowBundle, activities: bareActivities })];
// Whoever measures is gone: nobody else ends this process.
process.once('disconnect', () => process.exit());
process.on('message', () => process.send?.(process.memoryUsage.rss()));
const running = Promise.all(workers.map((worker) => worker.run()));
process.send?.(process.memoryUsage.rss());
await running;
