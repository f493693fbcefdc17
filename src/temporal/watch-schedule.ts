import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { taskQueues } from '../domain/names.ts';

export const watchSchedule = 'soar-watch';

/** Has incidents watched that are cut short in Temporal. One that is there stays as it is: somebody may have paused it. */
export async function scheduleWatch(client: Client): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: watchSchedule,
      spec: { intervals: [{ every: '5m' }] },
      action: {
        type: 'startWorkflow',
        workflowId: watchSchedule,
        workflowType: 'watchIncidents',
        taskQueue: taskQueues.incident,
        args: [],
      },
      // A run looks back for days: there is no use in making up for more than the last one.
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '5m' },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
