import { describe, expect, it } from 'vitest';
import { iamContain } from '../../../../activities/iam/contain.ts';
import type { SetManagedPolicy } from '../../../../src/domain/acts/acts.ts';
import type { PolicyDocument } from '../../../../src/domain/policy/policy-document.ts';
import { awsDouble, place, throwing } from '../aws-double.ts';

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
