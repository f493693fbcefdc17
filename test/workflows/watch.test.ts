import type { WorkflowHandle } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchNotify } from '../../activities/watch/notify.ts';
import type { ArchiveInput } from '../../src/domain/archive.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { cutShortWorkflowId, type CutShort } from '../../src/domain/cut-short.ts';
import { incidentKey, taskQueues } from '../../src/domain/names.ts';
import { startSlackLab, type SlackLab } from '../../src/lab/slack/slack-lab.ts';
import { scheduleWatch, watchSchedule } from '../../src/temporal/watch-schedule.ts';
import { anAlert, aPolicy } from '../support/builders.ts';
import { nextRequest } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';

/** What becomes of incidents that somebody ends in Temporal, where nothing of theirs can tell people any more. */
const env = useDevEnv();
const channel = 'C0INCIDENTS';
const botToken = 'xoxb-of-these-tests';
let lab: SlackLab;
beforeEach(async () => {
  lab = await startSlackLab({
    botToken,
    signingSecret: 'of these tests',
    appToken: 'xapp-of-these-tests',
    channels: [{ id: channel, name: 'incidents' }],
    members: [],
  });
});
afterEach(() => lab.stop());

async function asking(subject: string): Promise<WorkflowHandle> {
  const opening: IncidentOpening = { alert: anAlert(), policy: aPolicy(), policyDigest: 'p', correlation: {} };
  const workflowId = `ec2-vm-export/111111111111/eu-west-1/${subject}`;
  const handle = await env().client.workflow.start('ec2VmExport', {
    workflowId,
    taskQueue: taskQueues.incident,
    args: [opening],
  });
  await nextRequest(handle);
  return handle;
}

/** Back to its first turn: Temporal terminates the run, and the incident goes on in another one. */
async function reset(handle: WorkflowHandle): Promise<void> {
  const { workflowId } = handle;
  const { client, namespace = 'default' } = env();
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const firstTurn = events!.find((event) => event.workflowTaskCompletedEventAttributes);
  await client.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId, runId },
    reason: 'test',
    requestId: workflowId,
    workflowTaskFinishEventId: firstTurn!.eventId!,
  });
}

/** Runs the schedule now, and answers which runs it has found. */
async function watched(): Promise<string[]> {
  const schedule = env().client.schedule.getHandle(watchSchedule);
  const ran = async () => (await schedule.describe()).info.recentActions.at(-1)?.action.workflow;
  const before = await ran();
  await schedule.trigger();
  const run = await eventually(async () => {
    const last = await ran();
    expect(last).toBeDefined();
    expect(last).not.toEqual(before);
    return last!;
  });
  const watch = env().client.workflow.getHandle(run.workflowId, run.firstExecutionRunId);
  return ((await watch.result()) as CutShort[]).map(({ runId }) => runId);
}

describe('an incident that is terminated in Temporal', () => {
  it('is told to people once, with what to do, and what there is of its record is sealed', async () => {
    const { client, nativeConnection } = env();
    const world = new FakeWorld();
    const sealed: ArchiveInput[] = [];
    const slack = {
      botToken,
      apiUrl: lab.apiUrl,
      channel,
      readDirectory: () => Promise.resolve({ approvers: [] }),
      codeSecret: 'of these tests',
      temporal: { uiUrl: 'https://temporal.example', namespace: 'default' },
    };
    Object.assign(
      world.notify,
      watchNotify(client, slack, (run) => Promise.resolve(sealed.push(run))),
    );
    await withWorkers(nativeConnection, world, async () => {
      await scheduleWatch(client);
      await scheduleWatch(client);
      const handle = await asking('export-i-terminated');
      const other = await asking('export-i-reset');
      expect(await watched()).toEqual([]);

      await handle.terminate('it annoys me');
      await reset(other);
      const { runId } = await handle.describe();
      await eventually(async () => expect(await watched()).toEqual([runId]));
      const telling = client.workflow.getHandle(cutShortWorkflowId({ workflowId: handle.workflowId, runId }));
      await telling.result();
      expect(await watched()).toEqual([runId]);
      const told = lab.messages(channel).map(({ blocks }) => JSON.stringify(blocks));
      const key = incidentKey(handle.workflowId);
      expect(told).toHaveLength(1);
      expect(told[0]).toContain(`${key} was terminated in Temporal at `);
      expect(told[0]).toContain(`in containment: nothing of it runs any more`);
      expect(told[0]).toContain(`soar incident show ${key}`);
      expect(told[0]).toContain('https://temporal.example/namespaces/default/workflows/');
      expect(sealed).toEqual([{ workflowId: handle.workflowId, runId }]);
      await client.workflow.getHandle(other.workflowId).terminate('the test is over');
    });
  });
});
