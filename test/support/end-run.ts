import type { WorkflowHandle } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { eventually } from './eventually.ts';

/**
 * Terminates a run that a test leaves behind, once nothing of it is under way: it would go on with the next test's doubles, and
 * the time-skipping server never skips time again where a run ends while one of its tasks is open. What a test lets fail for
 * ever is not waited for long.
 */
export async function endRun(handle: WorkflowHandle): Promise<void> {
  const idle = async () => {
    if (openTasks(await handle.fetchHistory()) > 0) throw new Error('it is at work');
  };
  await eventually(idle, { timeout: 5_000, interval: 20 }).catch(() => undefined);
  await handle.terminate('the test is over').catch(() => undefined);
}

/** Of the workflow and its activities. The server's description of a run does not tell the former. */
function openTasks({ events }: temporal.api.history.v1.IHistory): number {
  let open = 0;
  for (const event of events ?? []) {
    if (event.workflowTaskScheduledEventAttributes ?? event.activityTaskScheduledEventAttributes) open += 1;
    const ended =
      event.workflowTaskCompletedEventAttributes ??
      event.workflowTaskFailedEventAttributes ??
      event.workflowTaskTimedOutEventAttributes ??
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes;
    if (ended) open -= 1;
  }
  return open;
}
