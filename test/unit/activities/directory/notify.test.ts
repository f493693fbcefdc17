import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { directory } from '../../../../activities/directory/notify.ts';
import { codeCommitment, decisionCode } from '../../../../src/domain/approval/approval.ts';

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

  it('commits to a code per approver and decision without showing one', async () => {
    const input = { requestId: 'r', digest: 'd', decisions: ['approve', 'reject'] };
    const commitments = await run(() => activities.commitCodes(input));
    expect(Object.keys(commitments).sort()).toEqual(['alice/approve', 'alice/reject', 'bob/approve', 'bob/reject']);
    const code = decisionCode('secret', 'r', 'd', 'alice', 'approve');
    expect(commitments['alice/approve']).toBe(codeCommitment(code));
    expect(JSON.stringify(commitments)).not.toContain(code);
  });
});
