import { DisableEbsEncryptionByDefaultCommand } from '@aws-sdk/client-ec2';
import { CreatePolicyCommand } from '@aws-sdk/client-iam';
import { PutBucketAclCommand, PutBucketOwnershipControlsCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { ActInput, ActResult } from '../../src/domain/acts/acts.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import { incidentKey, named } from './activities-world.ts';
import { acting } from './support/acting.ts';
import { actScenes, document } from './support/act-scenes.ts';
import { exportService } from '../../src/lab/stage.ts';

const worker = acting();
const { world, victim, base, act, observe, mutations } = worker;
const {
  aRunningExport,
  aBucketEdit,
  aKeyToDisable,
  aRole,
  aCopy,
  aMachineWithVolumes,
  aSharedImage,
  aSharedSnapshot,
  anUnblockedBucket,
  aDeletion,
  eventRule,
} = actScenes(worker);

/** As Temporal would: another attempt after a failure that can pass, without its waiting. */
async function untilDone(input: ActInput): Promise<{ result: ActResult; attempts: number; types: string[] }> {
  const types: string[] = [];
  for (let attempts = 1; ; attempts++) {
    try {
      return { result: await act(input), attempts, types };
    } catch (error) {
      const { type = '', nonRetryable } = error as { type?: string; nonRetryable?: boolean };
      types.push(type);
      if (nonRetryable || attempts === 5) throw error;
    }
  }
}

interface Case {
  name: string;
  /** The AWS call that changes the target. */
  service: string;
  operation: string;
  /** Makes a target of its own and the input for it. */
  scene: () => Promise<ActInput>;
}

const cases: Case[] = [
  { name: 'editBucketPolicy', service: 's3', operation: 'PutBucketPolicy', scene: aBucketEdit },
  {
    name: 'replaceBucketAcl',
    service: 's3',
    operation: 'PutBucketAcl',
    scene: async () => {
      const bucket = named('open');
      const { s3 } = victim().admin;
      await createBucket(s3, bucket);
      const Rules = [{ ObjectOwnership: 'ObjectWriter' as const }];
      await s3.send(new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls: { Rules } }));
      await s3.send(new PutBucketAclCommand({ Bucket: bucket, GrantRead: `id=${exportService}` }));
      const { acl } = await observe().describeBucket({ ...base(), bucket });
      const grants = acl!.grants.slice(0, 0);
      const owner = { grantee: { type: 'CanonicalUser' as const, id: acl!.ownerId }, permission: 'FULL_CONTROL' };
      return {
        ...base(),
        act: 'replaceBucketAcl',
        bucket,
        before: acl!,
        after: { ...acl!, grants: [...grants, owner] },
      };
    },
  },
  { name: 'setAccessKeyStatus', service: 'iam', operation: 'UpdateAccessKey', scene: aKeyToDisable },
  {
    name: 'putInlinePolicy',
    service: 'iam',
    operation: 'PutUserPolicy',
    scene: async () => {
      const { name } = await victim().user(named('mallory'));
      const policyName = `SOAR-${incidentKey}-deny`;
      const after = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };
      return { ...base(), act: 'putInlinePolicy', holder: { type: 'user', name }, policyName, before: null, after };
    },
  },
  {
    name: 'revokeRoleSessions',
    service: 'iam',
    operation: 'PutRolePolicy',
    scene: async () => ({
      ...base(),
      act: 'revokeRoleSessions',
      roleName: await aRole(),
      policyName: `SOAR-${incidentKey}-revoke`,
      before: null,
    }),
  },
  {
    name: 'setManagedPolicy',
    service: 'iam',
    operation: 'CreatePolicyVersion',
    scene: async () => {
      const before = document('ec2:*');
      const { Policy } = await victim().admin.iam.send(
        new CreatePolicyCommand({ PolicyName: named('export'), PolicyDocument: JSON.stringify(before) }),
      );
      return {
        ...base(),
        act: 'setManagedPolicy',
        policyArn: Policy?.Arn ?? '',
        before,
        after: document('ec2:Describe*'),
      };
    },
  },
  {
    name: 'cancelExportTask',
    service: 'ec2',
    operation: 'CancelExportTask',
    scene: async () => ({ ...base(), act: 'cancelExportTask', exportTaskId: await aRunningExport() }),
  },
  { name: 'copyExport', service: 's3', operation: 'CopyObject', scene: aCopy },
  { name: 'setSharing of an image', service: 'ec2', operation: 'ModifyImageAttribute', scene: aSharedImage },
  { name: 'setSharing of a snapshot', service: 'ec2', operation: 'ModifySnapshotAttribute', scene: aSharedSnapshot },
  { name: 'snapshotVolumes', service: 'ec2', operation: 'CreateSnapshots', scene: aMachineWithVolumes },
  {
    name: 'setEbsEncryptionDefault',
    service: 'ec2',
    operation: 'EnableEbsEncryptionByDefault',
    scene: async () => {
      await victim().admin.ec2.send(new DisableEbsEncryptionByDefaultCommand({}));
      return { ...base(), act: 'setEbsEncryptionDefault', before: false, after: true };
    },
  },
  { name: 'deleteExport', service: 's3', operation: 'DeleteObject', scene: aDeletion },
  { name: 'setPublicAccessBlock', service: 's3', operation: 'PutPublicAccessBlock', scene: anUnblockedBucket },
  {
    name: 'setBucketOwnership',
    service: 's3',
    operation: 'PutBucketOwnershipControls',
    scene: async () => {
      const bucket = named('exports');
      const { s3 } = victim().admin;
      await createBucket(s3, bucket);
      const Rules = [{ ObjectOwnership: 'BucketOwnerPreferred' as const }];
      await s3.send(new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls: { Rules } }));
      const [before, after] = ['BucketOwnerPreferred' as const, 'BucketOwnerEnforced' as const];
      return { ...base(), act: 'setBucketOwnership', bucket, before, after };
    },
  },
  {
    name: 'putEventRule',
    service: 'events',
    // The last of two calls.
    operation: 'PutTargets',
    scene: () =>
      Promise.resolve({
        ...base(),
        act: 'putEventRule',
        ruleName: named('soar-monitor'),
        before: null,
        after: eventRule('watch'),
      }),
  },
];

/** An export that is being cancelled is waited for; everything else is found done. */
const done = /^(applied|already)$/;

describe.each(cases)('$name', ({ service, operation, scene }) => {
  it('is applied, found to be done when it runs again, and stands when it is checked', async () => {
    const input = await scene();
    const first = await act(input);
    expect(first).toMatchObject({ status: 'applied' });
    const calls = await mutations(operation);

    expect(await act(input)).toMatchObject({ status: 'already' });
    expect(await mutations(operation)).toBe(calls);
    expect(await observe().checkAct(input)).toMatchObject({ standing: 'done' });
  });

  it('is applied by the attempt after AWS asked for fewer requests', async () => {
    const input = await scene();
    await world().lab.control.fault({ service, operation, kind: 'throttle' });
    expect(await untilDone(input)).toMatchObject({
      result: { status: 'applied' },
      attempts: 2,
      types: ['AwsThrottled'],
    });
  });

  it('is applied once when the connection broke after AWS had applied it', async () => {
    const input = await scene();
    await world().lab.control.fault({ service, operation, kind: 'resetAfter' });
    const before = await mutations(operation);
    const { result, attempts, types } = await untilDone(input);
    expect({ attempts, types }).toEqual({ attempts: 2, types: ['AwsUnavailable'] });
    expect(result.status).toMatch(done);
    expect(await mutations(operation)).toBe(before + 1);
  });

  it('is left alone by the attempt that follows a worker killed after AWS had applied it', async () => {
    const input = await scene();
    const before = await mutations(operation);
    const barrier = await world().lab.control.barrier({ service, operation, when: 'after' });
    const killed = act(input);
    await barrier.reached();
    expect((await act(input)).status).toMatch(done);
    await barrier.release();
    expect(await killed).toMatchObject({ status: 'applied' });
    expect(await mutations(operation)).toBe(before + 1);
  });
});
