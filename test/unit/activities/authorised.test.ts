import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { authorised } from '../../../activities/authorised.ts';
import type { ActResult, SetAccessKeyStatus } from '../../../src/domain/acts/acts.ts';
import type { ApprovalOnRecord } from '../../../src/domain/approval/authorisation.ts';
import { signDecision } from '../../../src/domain/approval/approval.ts';
import { requestIdOf } from '../../../src/domain/approval/approval-request.ts';
import { digestOf } from '../../../src/domain/digest.ts';
import { digestOfActions } from '../../../src/domain/plan/plan.ts';
import { failureTypes } from '../../../src/domain/failures.ts';
import { ids } from '../../support/builders.ts';
import { gateway, someRules } from '../../support/deciding.ts';

const input: SetAccessKeyStatus = {
  act: 'setAccessKeyStatus',
  incidentKey: ids.incidentKey,
  accountId: ids.account,
  region: ids.region,
  userName: 'mallory',
  keys: [{ accessKeyId: ids.accessKey, before: 'Active', after: 'Inactive' }],
};
const preApproved = {
  kind: 'pre-approved' as const,
  incidentKey: ids.incidentKey,
  action: 'disable-access-keys',
  policyDigest: 'p',
};

it('an act is told which approval it runs under, and not what proves it', async () => {
  const told: ApprovalOnRecord[] = [];
  const setAccessKeyStatus = (_: SetAccessKeyStatus, approval: ApprovalOnRecord): Promise<ActResult> => {
    told.push(approval);
    return Promise.resolve({ status: 'applied', detail: '', at: '' });
  };
  const rules = someRules({
    preApproval: { preApproved: ['disable-access-keys'], forensics: null, monitoring: null, responders: [] },
  });
  await authorised({ setAccessKeyStatus }, () => Promise.resolve(rules)).setAccessKeyStatus(input, preApproved);
  expect(told).toEqual([{ kind: 'pre-approved', action: 'disable-access-keys', policyDigest: 'p' }]);

  const strict = () => Promise.resolve(someRules());
  await expect(authorised({ setAccessKeyStatus }, strict).setAccessKeyStatus(input, preApproved)).rejects.toThrow();
  expect(told).toHaveLength(1);
});

it('an act is not done once more under an approval that another run was given', async () => {
  const runId = '019d2f00-0000-7000-8000-0123456789ab';
  const requestId = requestIdOf({ phase: 'containment', number: 1 }, { runId });
  const actions = [{ id: 'disable-access-keys', input: digestOf(input) }];
  const digest = digestOfActions(ids.incidentKey, requestId, actions);
  const decision = { requestId, digest, decision: 'approve' as const, approver: 'alice' };
  const approval = {
    ...{ incidentKey: ids.incidentKey, requestId, actions },
    decisions: [signDecision(decision, 'gateway', gateway.keyId, gateway.secretKey)],
  };
  const rules = someRules({
    directory: {
      approvers: [{ id: 'alice', name: 'Alice', principals: [] }],
      gatewayKeys: { [gateway.keyId]: gateway.publicKey },
    },
  });
  let done = 0;
  const setAccessKeyStatus = (_: SetAccessKeyStatus): Promise<ActResult> => {
    done += 1;
    return Promise.resolve({ status: 'applied', detail: '', at: '' });
  };
  const acts = authorised({ setAccessKeyStatus }, () => Promise.resolve(rules));
  const inRun = (run: string) =>
    new MockActivityEnvironment({ workflowExecution: { workflowId: 'ec2-vm-export/1', runId: run } }).run(() =>
      acts.setAccessKeyStatus(input, approval),
    );

  await inRun(runId);
  expect(done).toBe(1);
  // Whoever may write to the namespace reads the approval in the history, and brings it from a workflow of their own.
  await expect(inRun(runId.replace('89ab', '89ac'))).rejects.toMatchObject({
    type: failureTypes.notAuthorised,
    message: expect.stringContaining('was asked by another run') as string,
  });
  expect(done).toBe(1);
});
