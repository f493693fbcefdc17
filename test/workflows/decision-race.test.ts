import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import type { ApprovalRequest } from '../../src/domain/approval/approval.ts';
import { taskQueues } from '../../src/domain/names.ts';
import { decideSignal, decideUpdate } from '../../workflows/messages.ts';
import { aPolicy, anIamUser } from '../support/builders.ts';
import { aCodeDecision, aDecision, nextRequest } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { aRequest } from '../unit/cli/a-plan.ts';
import { racingRequests } from './support/racing-requests.ts';

const env = useDevEnv();
const [workflows, each] = [8, 25];
/** An action that one person can approve. */
const plan = { ...aRequest().plan, actions: aRequest().plan.actions.filter(({ reversible }) => reversible) };

/** One says yes and the other no, at once: one through a gateway, one with a code, in turns. */
async function race(
  handle: WorkflowHandle<typeof racingRequests>,
  request: ApprovalRequest,
  turn: number,
): Promise<void> {
  const [signed, coded] =
    turn % 2 === 0
      ? [aDecision(request, 'approve', 'alice'), aCodeDecision(request, 'reject', 'bob')]
      : [aDecision(request, 'reject', 'bob'), aCodeDecision(request, 'approve', 'alice')];
  await Promise.all([handle.signal(decideSignal, coded), handle.executeUpdate(decideUpdate, { args: [signed] })]);
}

async function withWorkers<T>(test: () => Promise<T>): Promise<T> {
  const { nativeConnection: connection } = env();
  const workflowsPath = fileURLToPath(new URL('support/racing-requests.ts', import.meta.url));
  const deciding = await Worker.create({ connection, taskQueue: 'racing', workflowsPath });
  const notify = await Worker.create({
    connection,
    taskQueue: taskQueues.notify,
    activities: new FakeWorld().notify,
  });
  const ends = [deciding.run(), notify.run()];
  try {
    return await test();
  } finally {
    deciding.shutdown();
    notify.shutdown();
    await Promise.all(ends);
  }
}

it('two approvers race 200 times: each request has one outcome, and both are on record', async () => {
  const results = await withWorkers(() =>
    Promise.all(
      Array.from({ length: workflows }, async (_, lane) => {
        const handle = await env().client.workflow.start(racingRequests, {
          workflowId: `racing-${lane}`,
          taskQueue: 'racing',
          args: [{ times: each, plan, actor: anIamUser(), rules: aPolicy().approvals }],
        });
        let asked: ApprovalRequest | undefined;
        for (let round = 0; round < each; round++) {
          asked = await nextRequest(handle, asked?.requestId);
          await race(handle, asked, round);
        }
        return handle.result();
      }),
    ),
  );

  const requests = results.flatMap((result) => result.requests);
  const decisions = results.flatMap((result) => result.decisions);
  expect(requests).toHaveLength(workflows * each);
  const wins: Record<string, number> = {};
  for (const { requestId, outcome, by } of requests) {
    const said = decisions.filter((decision) => decision.requestId === requestId);
    expect(said.map(({ approver }) => approver).sort(), requestId).toEqual(['alice', 'bob']);
    const [winner, ...others] = said.filter(({ answer }) => answer.result === 'accepted');
    expect(others, requestId).toEqual([]);
    expect({ outcome, by }).toEqual({
      outcome: winner?.decision === 'approve' ? 'approved' : 'rejected',
      by: [winner?.approver],
    });
    wins[by.join()] = (wins[by.join()] ?? 0) + 1;
  }
  // Both have won some: they did race.
  expect(Object.keys(wins).sort()).toEqual(['alice', 'bob']);
});
