import type { WorkflowHandle } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { describe, expect, it } from 'vitest';
import { authorised } from '../../activities/authorised.ts';
import type { ApprovalRequest } from '../../src/domain/approval/approval.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { taskQueues } from '../../src/domain/names.ts';
import { decideUpdate, incidentQuery, retryUpdate } from '../../workflows/messages.ts';
import { anAlert, aPolicy } from '../support/builders.ts';
import { aDecision, gateway, nextRequest, someRules } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';

const env = useDevEnv();

type Event = temporal.api.history.v1.IHistoryEvent;

/** Starts an incident, lets alice approve its first plan, and resets it. */
async function approveAndReset(
  world: FakeWorld,
  workflowId: string,
  test: (handle: WorkflowHandle, asked: ApprovalRequest) => Promise<void>,
  /** The completed workflow task to go back to: the new run does that task again. */
  taskOf: (events: Event[]) => Event['eventId'],
): Promise<void> {
  const { client, nativeConnection, namespace = 'default' } = env();
  await withWorkers(
    nativeConnection,
    world,
    async () => {
      const opening: IncidentOpening = { alert: anAlert(), policy: aPolicy(), policyDigest: 'p', correlation: {} };
      const start = { workflowId, taskQueue: taskQueues.incident, args: [opening] };
      const first = await client.workflow.start('ec2VmExport', start);
      const asked = await nextRequest(first);
      await first.executeUpdate(decideUpdate, { args: [aDecision(asked, 'approve', 'alice')] });
      await nextRequest(first, asked.requestId);

      const { events } = await first.fetchHistory();
      await client.workflowService.resetWorkflowExecution({
        namespace,
        workflowExecution: { workflowId, runId: first.firstExecutionRunId },
        reason: 'test',
        requestId: workflowId,
        workflowTaskFinishEventId: taskOf(events!)!,
      });
      const handle = client.workflow.getHandle(workflowId);
      try {
        await test(handle, asked);
      } finally {
        await handle.terminate('the test is over');
      }
    },
    namespace,
  );
}

/** Counted back from the approval. */
const tasksBeforeApproval = (count: number) => (events: Event[]) => {
  const decided = events.findIndex((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
  const tasks = events.slice(0, decided - 1).filter((event) => event.workflowTaskCompletedEventAttributes);
  return tasks.at(-count)!.eventId;
};

/** The one that begins the first act: the approval is in what the new run takes over. */
const taskOfFirstAct = (events: Event[]) =>
  events.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled?.taskQueue?.name === taskQueues.contain ? [scheduled.workflowTaskCompletedEventId] : [],
  )[0];

describe('an incident that is reset in Temporal', () => {
  it.each([
    ['after the question', 1],
    ['before the question', 4],
  ])('to a point before its approval and %s asks again, and no earlier answer counts', async (where, tasksBefore) => {
    const world = new FakeWorld();
    await approveAndReset(
      world,
      `ec2-vm-export/reset/${where}`,
      async (handle, asked) => {
        const first = await nextRequest(handle);
        expect(first.requestId === asked.requestId).toBe(where === 'after the question');
        const done = world.acts.length;
        // Whoever reads the history has alice's signed decision, and sends it again.
        const replayed = await handle.executeUpdate(decideUpdate, { args: [aDecision(asked, 'approve', 'alice')] });
        expect(replayed.result).toBe('refused');

        const again = await nextRequest(handle, asked.requestId);
        expect(again.digest).not.toBe(asked.digest);
        expect(world.acts).toHaveLength(done);
        const answer = await handle.executeUpdate(decideUpdate, { args: [aDecision(again, 'approve', 'bob')] });
        expect(answer.result).toBe('accepted');
        await nextRequest(handle, again.requestId);
        expect(world.acts.length).toBeGreaterThan(done);
        expect((await handle.query(incidentQuery)).decisions.at(-1)?.approver).toBe('bob');
      },
      tasksBeforeApproval(tasksBefore),
    );
  });

  it('to a point behind its approval finds no contain worker that takes it, and asks once more when somebody says so', async () => {
    const world = new FakeWorld();
    const rules = someRules({
      directory: { approvers: world.approvers, gatewayKeys: { [gateway.keyId]: gateway.publicKey } },
    });
    // As the real worker has it, and in a real activity: Temporal says of which run.
    Object.assign(world, { contain: authorised(world.contain, () => Promise.resolve(rules)) });
    await approveAndReset(
      world,
      'ec2-vm-export/reset/behind its approval',
      async (handle, asked) => {
        // The former run has done everything.
        const done = world.acts.length;
        expect(done).toBeGreaterThan(0);

        const eradication = await nextRequest(handle);
        expect(eradication.phase).not.toBe(asked.phase);
        const { actions } = await handle.query(incidentQuery);
        expect(actions.map(({ id, requestId }) => [id, requestId])).toEqual(
          asked.plan.actions.map(({ id }) => [id, asked.requestId]),
        );
        for (const { status, detail } of actions) {
          expect(status).toBe('failed');
          expect(detail).toContain(`${asked.requestId} was asked by another run: after a reset, have it asked again`);
        }
        expect(world.acts).toHaveLength(done);

        await handle.executeUpdate(retryUpdate, { args: [{ by: 'alice' }] });
        await handle.executeUpdate(decideUpdate, { args: [aDecision(eradication, 'reject', 'alice')] });
        const again = await nextRequest(handle, eradication.requestId);
        expect(again.plan.actions.map(({ id }) => id)).toEqual(asked.plan.actions.map(({ id }) => id));
        expect(again.digest).not.toBe(asked.digest);
        expect(world.acts).toHaveLength(done);
        const wanted = again.plan.actions.map(({ input }) => input.act);
        await handle.executeUpdate(decideUpdate, { args: [aDecision(again, 'approve', 'bob')] });
        await eventually(() => expect(world.acts.slice(done).map(({ act }) => act)).toEqual(wanted));
      },
      taskOfFirstAct,
    );
  });
});
