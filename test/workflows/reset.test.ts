import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { ApprovalRequest } from '../../src/domain/approval/approval.ts';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { taskQueues } from '../../src/domain/names.ts';
import { decideUpdate, incidentQuery } from '../../workflows/messages.ts';
import { anAlert, aPolicy } from '../support/builders.ts';
import { aDecision, nextRequest } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';

const env = useDevEnv();

/** Starts an incident, lets alice approve its first plan, and resets it. */
async function approveAndReset(
  world: FakeWorld,
  workflowId: string,
  test: (handle: WorkflowHandle, asked: ApprovalRequest) => Promise<void>,
  /** Which completed workflow task to go back to, counted back from the approval. */
  tasksBefore: number,
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
      const decided = events!.findIndex((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
      const tasks = events!.slice(0, decided - 1).filter((event) => event.workflowTaskCompletedEventAttributes);
      await client.workflowService.resetWorkflowExecution({
        namespace,
        workflowExecution: { workflowId, runId: first.firstExecutionRunId },
        reason: 'test',
        requestId: workflowId,
        workflowTaskFinishEventId: tasks.at(-tasksBefore)!.eventId!,
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
        await nextRequest(handle);
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
      tasksBefore,
    );
  });
});
