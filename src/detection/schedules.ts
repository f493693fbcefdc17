import {
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleDescription,
  type ScheduleHandle,
  type ScheduleOptions,
} from '@temporalio/client';
import type { DetectionOrder, DetectionRule } from '../domain/alert/detection.ts';
import { taskQueues } from '../domain/names.ts';

/** Schedules of ours are told from others by their id. */
const prefix = 'soar-detection/';
const scheduleId = (ruleId: string): string => `${prefix}${ruleId}`;
/** Workflow type; its runs carry the schedule's id, and when they were due. */
export const detectionWorkflow = 'scheduledDetection';

export const orderOf = ({ id, lookback, maxAlerts }: DetectionRule): DetectionOrder => ({
  ruleId: id,
  lookback,
  limit: maxAlerts,
});

export interface Applied {
  created: string[];
  updated: string[];
  removed: string[];
}

/** Makes the schedules of the namespace those of these rules; a schedule that somebody has paused stays paused. */
export async function applySchedules({ schedule }: Client, rules: DetectionRule[]): Promise<Applied> {
  const applied: Applied = { created: [], updated: [], removed: [] };
  for (const rule of rules) {
    const options = scheduleOf(rule);
    const handle = schedule.getHandle(options.scheduleId);
    if (await describe(schedule, rule.id)) {
      await handle.update(({ state }) => ({ ...options, state }));
      applied.updated.push(rule.id);
    } else {
      await schedule.create(options);
      applied.created.push(rule.id);
    }
  }
  const wanted = rules.map(({ id }) => id);
  for await (const { scheduleId: id } of schedule.list()) {
    const ruleId = id.slice(prefix.length);
    if (!id.startsWith(prefix) || wanted.includes(ruleId)) continue;
    if (await remove(schedule.getHandle(id))) applied.removed.push(ruleId);
  }
  return applied;
}

/** False if it was gone already: a list may be behind. */
async function remove(handle: ScheduleHandle): Promise<boolean> {
  try {
    await handle.delete();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}

type DetectionSchedule = Omit<ScheduleOptions, 'action'> & {
  action: {
    type: 'startWorkflow';
    workflowId: string;
    workflowType: string;
    taskQueue: string;
    args: [DetectionOrder];
  };
};

const scheduleOf = (rule: DetectionRule): DetectionSchedule => ({
  scheduleId: scheduleId(rule.id),
  spec: { intervals: [{ every: rule.interval }] },
  action: {
    type: 'startWorkflow',
    workflowId: scheduleId(rule.id),
    workflowType: detectionWorkflow,
    taskQueue: taskQueues.incident,
    args: [orderOf(rule)],
  },
  policies: {
    overlap: ScheduleOverlapPolicy.SKIP,
    // A run covers whatever was missed before it: there is no use in making up for more than the last one.
    catchupWindow: rule.interval,
  },
});

/** Null: `soar detection apply` has not been run for it. */
export const scheduleOfRule = (client: Client, ruleId: string): Promise<ScheduleDescription | null> =>
  describe(client.schedule, ruleId);

async function describe(schedule: Client['schedule'], ruleId: string): Promise<ScheduleDescription | null> {
  try {
    return await schedule.getHandle(scheduleId(ruleId)).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
}
