import { WorkflowFailedError, type Client, type WorkflowHandle } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import type { DetectionOrder, DetectionRule, DetectionRun, DetectionWindow } from '../domain/alert/detection.ts';
import { taskQueues } from '../domain/names.ts';
import { detectionWorkflow, orderOf } from './schedules.ts';
import { innermost } from './status.ts';
import { pendingFailure } from '../temporal/pending-failure.ts';

/** A run that did not come to a result. */
export class DetectionFailed extends Error {
  override readonly name = 'DetectionFailed';
}

const patience = '1h';
const askMs = 5_000;

/**
 * Runs a rule now over one window, in as many executions as its limit of alerts asks for; yields each one's result. It stops where a
 * run brings it no further, and leaves the rest to be said.
 */
export async function* runDetection(
  client: Client,
  rule: DetectionRule,
  window: DetectionWindow,
  progress: (line: string) => void,
): AsyncGenerator<DetectionRun> {
  let order: DetectionOrder = { ...orderOf(rule), window };
  for (;;) {
    const handle = await client.workflow.start(detectionWorkflow, {
      workflowId: `soar-detection/${rule.id}/run-${randomUUID()}`,
      taskQueue: taskQueues.incident,
      workflowExecutionTimeout: patience,
      args: [order],
    });
    const run = await resultOf(client, handle, progress);
    yield run;
    const { remaining, failed, hits, state } = run;
    if (remaining === 0 || failed > 0 || hits === 0) return;
    order = { ...order, window: { from: state.coveredUntil, to: window.to }, after: state };
  }
}

/** Waits, and says what holds it up: a search that is tried again, or no worker. */
async function resultOf(
  client: Client,
  handle: WorkflowHandle,
  progress: (line: string) => void,
): Promise<DetectionRun> {
  let said = '';
  const watch = async () => {
    const { raw } = await handle.describe();
    const [activity] = raw.pendingActivities ?? [];
    const reason =
      (await pendingFailure(client, activity?.lastFailure)) ??
      (activity?.lastStartedTime ? '' : 'waiting for a worker: incident, detect');
    if (reason !== said && reason !== '') progress(reason);
    said = reason;
  };
  const timer = setInterval(() => void watch().catch(() => undefined), askMs);
  try {
    return (await client.workflow.getHandle(handle.workflowId).result()) as DetectionRun;
  } catch (error) {
    if (error instanceof WorkflowFailedError) throw new DetectionFailed(innermost(error), { cause: error });
    throw error;
  } finally {
    clearInterval(timer);
  }
}
