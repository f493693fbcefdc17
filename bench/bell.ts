import { EventEmitter } from 'node:events';
import { activityInfo } from '@temporalio/activity';

const bell = new EventEmitter();
const rung = new Map<string, number>();

/**
 * Rings for the workflow whose activity this is: a workflow that is looked at until it asks costs server and worker a task
 * for each look, and the longer it takes, the more of them.
 */
export function ring(): void {
  const { workflowExecution } = activityInfo();
  if (!workflowExecution) return;
  const { workflowId } = workflowExecution;
  rung.set(workflowId, (rung.get(workflowId) ?? 0) + 1);
  bell.emit(workflowId);
}

/** Waits until activities of this process have rung so often for that workflow. */
export async function untilRung(workflowId: string, times: number): Promise<void> {
  while ((rung.get(workflowId) ?? 0) < times) await new Promise((resolve) => bell.once(workflowId, resolve));
}
