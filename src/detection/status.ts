import { WorkflowFailedError, WorkflowNotFoundError, type Client, type ScheduleDescription } from '@temporalio/client';
import type { DetectionRule, DetectionRun } from '../domain/alert/detection.ts';
import { scheduleOfRule } from './schedules.ts';

export interface RuleStatus {
  ruleId: string;
  schedule: 'not applied' | 'paused' | 'running';
  nextRun: string | null;
  lastRun: LastRun | null;
}

export type LastRun = { workflowId: string; startedAt: string } & (
  | { state: 'running' }
  | { state: 'done'; run: DetectionRun }
  | { state: 'failed'; reason: string }
  /** Temporal has forgotten it. */
  | { state: 'gone' }
);

/** How each rule is doing: what Temporal knows, nothing else is kept. */
export function detectionStatus(client: Client, rules: DetectionRule[]): Promise<RuleStatus[]> {
  return Promise.all(
    rules.map(async ({ id }): Promise<RuleStatus> => {
      const schedule = await scheduleOfRule(client, id);
      if (!schedule) return { ruleId: id, schedule: 'not applied', nextRun: null, lastRun: null };
      return {
        ruleId: id,
        schedule: schedule.state.paused ? 'paused' : 'running',
        nextRun: schedule.state.paused ? null : (schedule.info.nextActionTimes[0]?.toISOString() ?? null),
        lastRun: await lastRunOf(client, schedule),
      };
    }),
  );
}

async function lastRunOf(client: Client, { info }: ScheduleDescription): Promise<LastRun | null> {
  const last = info.recentActions.at(-1);
  if (!last) return null;
  const { workflowId, firstExecutionRunId } = last.action.workflow;
  const about = { workflowId, startedAt: last.takenAt.toISOString() };
  const handle = client.workflow.getHandle(workflowId, firstExecutionRunId);
  try {
    const { status } = await handle.describe();
    if (status.name === 'RUNNING') return { ...about, state: 'running' };
    return { ...about, state: 'done', run: (await handle.result()) as DetectionRun };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { ...about, state: 'gone' };
    if (error instanceof WorkflowFailedError) return { ...about, state: 'failed', reason: innermost(error) };
    throw error;
  }
}

/** What a person can act on stands at the end of the chain of causes. */
export function innermost(error: Error): string {
  let reason = error;
  while (reason.cause instanceof Error) reason = reason.cause;
  return reason.message;
}
