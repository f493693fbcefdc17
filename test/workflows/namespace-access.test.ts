import { describe, expect, it } from 'vitest';
import { authorised } from '../../activities/authorised.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { decideUpdate, incidentQuery } from '../../workflows/messages.ts';
import { taskQueues } from '../../src/domain/names.ts';
import { anAlert, aPolicy } from '../support/builders.ts';
import { aDecision, gateway, nextRequest, someRules } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';

const env = useDevEnv();

describe('whoever can write to the Temporal namespace', () => {
  it('and answers for the list of approvers gets a forged decision past the workflow, but nothing done', async () => {
    const world = new FakeWorld();
    const honest = { approvers: world.approvers, gatewayKeys: { [gateway.keyId]: gateway.publicKey } };
    // The intruder's own worker polls the notify queue, and puts its own person on the list.
    world.approvers = [...world.approvers, { id: 'intruder', name: 'Intruder', principals: [] }];
    const acts = world.contain;
    const rules = someRules({ directory: honest });
    const checked = Object.assign(world, { contain: authorised(acts, () => Promise.resolve(rules)) });

    const { client, nativeConnection, namespace = 'default' } = env();
    await withWorkers(
      nativeConnection,
      checked,
      async () => {
        const handle = await client.workflow.start('ec2VmExport', {
          workflowId: 'ec2-vm-export/intruder',
          taskQueue: taskQueues.incident,
          args: [{ alert: anAlert(), policy: aPolicy(), policyDigest: 'p', correlation: {} }],
        });
        const request = await nextRequest(handle);
        const answer = await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'approve', 'intruder')] });
        expect(answer).toMatchObject({ result: 'accepted' });
        await nextRequest(handle, request.requestId);
        const { actions } = await handle.query(incidentQuery);
        expect(world.acts).toEqual([]);
        expect(actions.length).toBeGreaterThan(2);
        for (const { status, detail } of actions) {
          expect(status).toBe('failed');
          expect(detail).toContain(failureTypes.notAuthorised);
        }
        await handle.terminate('the test is over');
      },
      namespace,
    );
  });

  it('cannot have an act done by scheduling it', async () => {
    const world = new FakeWorld();
    const rules = someRules();
    const acts = authorised(world.contain, () => Promise.resolve(rules));
    const input = { act: 'putInlinePolicy' } as never;
    await expect(acts.putInlinePolicy(input, undefined as never)).rejects.toMatchObject({
      type: failureTypes.notAuthorised,
      nonRetryable: true,
    });
    await expect(acts.cancelExportTask(input, undefined as never)).rejects.toThrow('its input is for putInlinePolicy');
    expect(world.acts).toEqual([]);
  });
});
