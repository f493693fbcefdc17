import type { ApplicationFailure } from '@temporalio/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { iamContain } from '../../../../activities/iam/contain.ts';
import type { PutInlinePolicy, SetManagedPolicy } from '../../../../src/domain/acts/acts.ts';
import type { ActionRecord } from '../../../../src/domain/plan/plan.ts';
import type { PolicyDocument } from '../../../../src/domain/policy/policy-document.ts';
import { summary } from '../../../../workflows/shared/summary.ts';
import { anAwsError, awsDouble, place, throwing } from '../aws-double.ts';

const document = (Action: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});
const input: SetManagedPolicy = {
  ...place,
  act: 'setManagedPolicy',
  incidentKey: 'VMX-ABCDEFGHIJ',
  policyArn: 'arn:aws:iam::111111111111:policy/export',
  before: document('ec2:*'),
  after: document('ec2:Describe*'),
};

/** A policy with five versions, as the list has it; `lagging` reads show what was before, whatever was done. */
function fullPolicy(deleting: () => unknown, creating: () => unknown, lagging = 0) {
  let standing = input.before;
  let reads = 0;
  return awsDouble({
    GetPolicy: () => ({ Policy: { DefaultVersionId: 'v5' } }),
    GetPolicyVersion: () => {
      const shown = ++reads > lagging ? standing : input.before;
      return { PolicyVersion: { Document: encodeURIComponent(JSON.stringify(shown)) } };
    },
    ListPolicyVersions: () => ({
      Versions: [5, 4, 3, 2, 1].map((n) => ({ VersionId: `v${n}`, IsDefaultVersion: n === 5 })),
    }),
    DeletePolicyVersion: deleting,
    CreatePolicyVersion: () => {
      standing = input.after;
      return creating();
    },
  });
}
const act = (deleting: () => unknown, creating: () => unknown = () => ({}), lagging?: number) =>
  iamContain(fullPolicy(deleting, creating, lagging).clients, { principals: [], buckets: [] }).setManagedPolicy(input);

describe('the new version of a full policy', () => {
  it('is written though the list still holds the version that an earlier attempt has deleted', async () => {
    expect(await act(throwing('NoSuchEntityException', 404))).toMatchObject({ status: 'applied' });
  });

  it('is there when an earlier attempt, whose answer was lost, took the room that the lagging list shows', async () => {
    const result = await act(throwing('NoSuchEntityException', 404), throwing('LimitExceededException', 409), 2);
    expect(result).toMatchObject({ status: 'already' });
  });

  it('is not written when no room can be made', async () => {
    await expect(act(throwing('AccessDenied', 403))).rejects.toMatchObject({ type: 'AwsAccessDenied' });
  });
});

describe('an inline policy for which the holder has no room', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** What people are told in the incident's thread. */
  const told = async (after: PolicyDocument) => {
    vi.useFakeTimers();
    const { clients } = awsDouble({
      GetUser: () => ({ User: { Arn: 'arn:aws:iam::111111111111:user/mallory' } }),
      GetUserPolicy: throwing('NoSuchEntityException', 404),
      PutUserPolicy: () => {
        const said = 'Maximum policy size of 2048 bytes exceeded for user mallory';
        throw anAwsError('LimitExceededException', 409, said);
      },
    });
    const put: PutInlinePolicy = {
      ...place,
      act: 'putInlinePolicy',
      incidentKey: 'VMX-ABCDEFGHIJ',
      holder: { type: 'user', name: 'mallory' },
      policyName: 'SOAR-VMX-ABCDEFGHIJ-deny-all',
      before: null,
      after,
    };
    const failing = iamContain(clients, { principals: [], buckets: [] })
      .putInlinePolicy(put)
      .then(String, (error: unknown) => {
        const { type, message } = error as ApplicationFailure;
        return `${type}: ${message}`;
      });
    await vi.runAllTimersAsync();
    const record = { id: 'deny-actor', status: 'failed', detail: await failing } as ActionRecord;
    return summary([record], 'VMX-ABCDEFGHIJ');
  };

  it('says in the line that people get what they can do by hand', async () => {
    const denyAll = { Effect: 'Deny', Action: '*', Resource: '*' };
    const said = await told({ Version: '2012-10-17', Statement: [denyAll] });
    expect(said).toContain('Maximum policy size of 2048 bytes exceeded for user mallory');
    expect(said).toContain("attach AWS's policy AWSDenyAll by hand");
    expect(said).toContain('delete an inline policy that nobody needs, keeping a copy');
  });

  it('says nothing of a deny of everything where something less, or the former policy, is written', async () => {
    const said = await told(document('ec2:*'));
    expect(said).toContain('; delete an inline policy that nobody needs, keeping a copy');
    expect(said).not.toContain('AWSDenyAll');
  });
});
