import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { directory } from '../../../../activities/directory/notify.ts';
import { codeCommitment, decisionCode } from '../../../../src/domain/approval/approval.ts';
import { digestOfActions } from '../../../../src/domain/plan/plan.ts';

const approver = (id: string) => ({ id, name: id, principals: [] });
let approvers = [approver('alice'), approver('bob')];
const activities = directory(() => Promise.resolve({ approvers, gatewayKeys: {}, policyDigest: 'p' }), 'secret');
const environment = new MockActivityEnvironment({ workflowExecution: { workflowId: 'w', runId: 'run-1' } });
const run = <T>(activity: () => Promise<T>): Promise<T> => environment.run<[], T, () => Promise<T>>(activity);

describe('the directory of approvers', () => {
  it('is read anew each time, and says for which run', async () => {
    const first = await run(() => activities.readApprovers());
    expect(first).toMatchObject({ runId: 'run-1', policyDigest: 'p' });
    approvers = [approver('bob')];
    const second = await run(() => activities.readApprovers());
    expect(second.approvers.map(({ id }) => id)).toEqual(['bob']);
    approvers = [approver('alice'), approver('bob')];
  });

  it('opens a request with the list and the codes of that moment, under an id of the run that asks', async () => {
    const identity = {
      incidentKey: 'VMX-1',
      phase: 'containment' as const,
      number: 2,
      actions: [{ id: 'a', input: 'x' }],
    };
    const decisions = ['approve', 'reject'];
    const opened = await run(() => activities.openRequest({ ...identity, decisions }));
    const { requestId, commitments } = opened;
    expect(opened.directory).toEqual(await run(() => activities.readApprovers()));
    expect(requestId).toBe('containment-2-run-1');
    const digest = digestOfActions('VMX-1', requestId, identity.actions);
    expect(commitments).toEqual(await run(() => activities.commitCodes({ requestId, digest, decisions })));
    expect(Object.keys(commitments)).toHaveLength(4);
  });

  it('commits to a code per approver and decision without showing one', async () => {
    const input = { requestId: 'r', digest: 'd', decisions: ['approve', 'reject'] };
    const commitments = await run(() => activities.commitCodes(input));
    expect(Object.keys(commitments).sort()).toEqual(['alice/approve', 'alice/reject', 'bob/approve', 'bob/reject']);
    const code = decisionCode('secret', 'r', 'd', 'alice', 'approve');
    expect(commitments['alice/approve']).toBe(codeCommitment(code));
    expect(JSON.stringify(commitments)).not.toContain(code);
  });
});
