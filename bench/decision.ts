import type { Client, WorkflowHandle } from '@temporalio/client';
import { incidentWorkflowId, taskQueues } from '../src/domain/names.ts';
import { anAlert, aPolicy } from '../test/support/builders.ts';
import { nextRequest } from '../test/support/deciding.ts';
import type { FakeWorld } from '../test/support/fake-world.ts';
import { approve } from './approve.ts';
import { bareTaskQueue, goSignal, signalled } from './bare-workflows.ts';
import type { Progress } from './figure.ts';
import { momentsOf, type Moment } from './history-times.ts';
import { onServerWithWorkers } from './on-server.ts';
import { latencies, type Latencies } from './statistics.ts';

export interface DecisionOptions {
  decisions: number;
  /** What is not counted: caches and compilers warm up. */
  warmUps: number;
  progress: Progress;
}

export interface DecisionBench {
  decisions: number;
  /** Milliseconds, as the server noted them. */
  bare: Latencies;
  /** From the accepted decision to the first acting activity. */
  accepted: Latencies;
  /** From the decision's arrival to its acceptance: who may decide is read anew in between (P7). */
  checked: Latencies;
  /** `accepted` over `bare`. */
  ratio: Latencies;
}

/**
 * How long after an accepted decision the first act is started, beside a signal and the activity that follows it on the
 * same server. Both are read from the histories. One at a time and in turns: an approval is not a storm.
 */
export async function benchDecision({ decisions, warmUps, progress }: DecisionOptions): Promise<DecisionBench> {
  const bare: number[] = [];
  const accepted: number[] = [];
  const checked: number[] = [];
  await onServerWithWorkers(progress, async ({ client }, world) => {
    for (let number = 1 - warmUps; number <= decisions; number++) {
      const signal = await bareSignal(client, number);
      const decision = await decided(client, world, number);
      if (number < 1) continue;
      bare.push(signal);
      accepted.push(decision.accepted);
      checked.push(decision.checked);
      if (number % 20 === 0) progress(`${number} of ${decisions} decisions`);
    }
  });
  const [signals, acts] = [latencies(bare), latencies(accepted)];
  const ratio = { p50: acts.p50 / signals.p50, p99: acts.p99 / signals.p99 };
  return { decisions, bare: signals, accepted: acts, checked: latencies(checked), ratio };
}

async function bareSignal(client: Client, number: number): Promise<number> {
  const workflowId = `bare/${number}`;
  const handle = await client.workflow.start(signalled, { workflowId, taskQueue: bareTaskQueue });
  await begun(handle);
  await handle.signal(goSignal);
  await handle.result();
  const moments = await momentsOf(handle);
  return first(moments, isActivity) - first(moments, ({ what }) => what === 'workflowExecutionSignaled');
}

/** The incident sits in its first wait, as the incident does when it asks. */
async function begun(handle: WorkflowHandle): Promise<void> {
  for (;;) {
    const moments = await momentsOf(handle);
    if (moments.some(({ what }) => what === 'workflowTaskCompleted')) return;
  }
}

async function decided(
  client: Client,
  world: FakeWorld,
  number: number,
): Promise<{ accepted: number; checked: number }> {
  const alert = anAlert({ eventId: `event-${number}`, exportTaskId: `export-i-${number}` });
  const handle = await client.workflow.start('ec2VmExport', {
    workflowId: incidentWorkflowId('ec2-vm-export', alert, 'bench'),
    taskQueue: taskQueues.incident,
    args: [{ alert, policy: aPolicy(), policyDigest: 'bench', correlation: {} }],
  });
  const request = await nextRequest(handle);
  const before = world.acts.length;
  await approve(handle, request);
  // The second request comes when all acts of the first are done.
  await nextRequest(handle, request.requestId);
  if (world.acts.length === before) throw new Error('nothing was done');
  await handle.terminate('measured');
  const moments = await momentsOf(handle);
  const arrival = lastBefore(moments, 'workflowTaskScheduled', 'workflowExecutionUpdateAccepted');
  const acceptance = first(moments, ({ what }) => what === 'workflowExecutionUpdateCompleted');
  const act = first(moments, ({ activity }) => activity !== undefined && activity in world.contain);
  return { accepted: act - acceptance, checked: acceptance - arrival };
}

const isActivity = ({ what }: Moment): boolean => what === 'activityTaskStarted';

function first(moments: Moment[], matches: (moment: Moment) => boolean): number {
  const found = moments.find(matches);
  if (!found) throw new Error('the history does not hold what is measured');
  return found.at;
}

/** The workflow task that brought the update is scheduled when the update arrives. */
function lastBefore(moments: Moment[], what: Moment['what'], next: Moment['what']): number {
  const end = moments.findIndex((moment) => moment.what === next);
  return first(moments.slice(0, Math.max(end, 0)).reverse(), (moment) => moment.what === what);
}
