import { Worker } from '@temporalio/worker';
import { taskQueues } from '../src/domain/names.ts';
import type { MadeWorker, WorkerContext } from './run.ts';

/**
 * Fetches alerts where nobody sends them: detection on a schedule, and queues. It opens incidents as the intake does, and
 * nothing connects to it (ADR 13).
 */
export async function detectWorker({ temporal, connection }: WorkerContext): Promise<MadeWorker> {
  const worker = await Worker.create({
    connection,
    namespace: temporal.namespace,
    taskQueue: taskQueues.detect,
    activities: {},
  });
  return { worker };
}
