import { Worker } from '@temporalio/worker';
import { taskQueues } from '../src/domain/names.ts';
import { detection, searching } from './detection.ts';
import { queuePolling } from './queues.ts';
import { inTemporal, type MadeWorker, type WorkerContext } from './context.ts';

/**
 * Fetches alerts where nobody sends them: detection on a schedule, and queues. It opens incidents as the intake does, and
 * nothing connects to it (ADR 13).
 */
export async function detectWorker(context: WorkerContext): Promise<MadeWorker> {
  const { temporal, connection } = context;
  const alongside = queuePolling(context);
  const worker = await Worker.create({
    connection,
    ...inTemporal(temporal),
    taskQueue: taskQueues.detect,
    activities: { ...detection(context), ...searching(context) },
  });
  return { worker, ...(alongside && { alongside }) };
}
