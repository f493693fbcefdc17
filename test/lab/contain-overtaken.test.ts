import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  ModifyImageAttributeCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { CreatePolicyCommand, CreatePolicyVersionCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { ActInput } from '../../src/domain/acts/acts.ts';
import { region } from '../../src/lab/clients.ts';
import { named } from './activities-world.ts';
import { acting } from './support/acting.ts';
import { actScenes, denyReads, document } from './support/act-scenes.ts';

const worker = acting();
const { world, victim, base, act, mutations } = worker;
const {
  aRunningExport,
  aBucketEdit,
  aRole,
  aCopy,
  aMachineWithVolumes,
  sharing,
  aSharedImage,
  anUnblockedBucket,
  aDeletion,
  eventRule,
} = actScenes(worker);

describe('a target that somebody else changed after the plan', () => {
  const untouched = async (input: ActInput, operation: string): Promise<void> => {
    const before = await mutations(operation);
    expect(await act(input)).toMatchObject({ status: 'changed' });
    expect(await mutations(operation)).toBe(before);
  };

  it('keeps its bucket policy', async () => {
    const input = await aBucketEdit();
    const foreign = { ...denyReads(input.bucket), Sid: 'SomebodyElse', Action: 's3:DeleteObject' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [foreign] });
    await victim().admin.s3.send(new PutBucketPolicyCommand({ Bucket: input.bucket, Policy }));
    await untouched(input, 'PutBucketPolicy');
  });

  it('keeps its public access block and its ownership', async () => {
    const block = await anUnblockedBucket();
    const { s3 } = victim().admin;
    const PublicAccessBlockConfiguration = { IgnorePublicAcls: true };
    await s3.send(new PutPublicAccessBlockCommand({ Bucket: block.bucket, PublicAccessBlockConfiguration }));
    await untouched(block, 'PutPublicAccessBlock');
    const [before, after] = ['BucketOwnerPreferred' as const, 'BucketOwnerEnforced' as const];
    const Rules = [{ ObjectOwnership: 'ObjectWriter' as const }];
    await s3.send(new PutBucketOwnershipControlsCommand({ Bucket: block.bucket, OwnershipControls: { Rules } }));
    const ownership = { ...base(), act: 'setBucketOwnership' as const, bucket: block.bucket, before, after };
    await untouched(ownership, 'PutBucketOwnershipControls');
  });

  it('keeps its inline policy and its sessions', async () => {
    const roleName = await aRole();
    const policyName = 'theirs';
    const theirs = { RoleName: roleName, PolicyName: policyName, PolicyDocument: JSON.stringify(document('s3:*')) };
    await victim().admin.iam.send(new PutRolePolicyCommand(theirs));
    await untouched({ ...base(), act: 'revokeRoleSessions', roleName, policyName, before: null }, 'PutRolePolicy');
    const holder = { type: 'role' as const, name: roleName };
    const after = document('ec2:*');
    await untouched({ ...base(), act: 'putInlinePolicy', holder, policyName, before: null, after }, 'PutRolePolicy');
  });

  it('keeps its managed policy', async () => {
    const { iam } = victim().admin;
    const create = { PolicyName: named('export'), PolicyDocument: JSON.stringify(document('ec2:*')) };
    const { Policy } = await iam.send(new CreatePolicyCommand(create));
    const policyArn = Policy?.Arn ?? '';
    const theirs = JSON.stringify(document('iam:*'));
    await iam.send(
      new CreatePolicyVersionCommand({ PolicyArn: policyArn, PolicyDocument: theirs, SetAsDefault: true }),
    );
    const input = { ...base(), act: 'setManagedPolicy' as const, policyArn };
    await untouched({ ...input, before: document('ec2:*'), after: document('ec2:Describe*') }, 'CreatePolicyVersion');
  });

  it('keeps its event rule', async () => {
    const ruleName = named('soar-monitor');
    const { events } = victim().admin;
    await events.send(new PutRuleCommand({ Name: ruleName, EventPattern: '{"source":["aws.s3"]}' }));
    await untouched({ ...base(), act: 'putEventRule', ruleName, before: null, after: eventRule('watch') }, 'PutRule');
  });

  it('keeps the sharing of an image, and the volumes of a machine that has others now', async () => {
    const { ec2 } = victim().admin;
    const shared = await aSharedImage();
    const LaunchPermission = { Add: [{ UserId: '444444444444' }] };
    await ec2.send(new ModifyImageAttributeCommand({ ImageId: shared.resource.id, LaunchPermission }));
    await untouched(shared, 'ModifyImageAttribute');

    const machine = await aMachineWithVolumes();
    const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${region}a`, Size: 1 }));
    await ec2.send(new AttachVolumeCommand({ InstanceId: machine.instanceId, VolumeId, Device: '/dev/sdf' }));
    await untouched(machine, 'CreateSnapshots');
  });

  it('keeps the export that has completed, and what lies where the copy should go', async () => {
    const exportTaskId = await aRunningExport();
    await world().lab.control.finishExports();
    await untouched({ ...base(), act: 'cancelExportTask', exportTaskId }, 'CancelExportTask');

    const copy = await aCopy();
    const { bucket, key } = copy.destination;
    const { s3 } = world().foundation.forensics.admin;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'something else' }));
    await untouched(copy, 'CopyObject');
  });

  it('is not copied when the export itself is another object now', async () => {
    const copy = await aCopy();
    const { bucket, key } = copy.source;
    await victim().admin.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'replaced' }));
    await untouched(copy, 'CopyObject');
  });

  it('is not deleted when it was written anew', async () => {
    const deletion = await aDeletion();
    const { bucket, key } = deletion.source;
    await victim().admin.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'replaced' }));
    await untouched(deletion, 'DeleteObject');
  });
});

describe('a target that is gone', () => {
  it('is reported as gone, whatever it was', async () => {
    const machine = await aMachineWithVolumes();
    await victim().admin.ec2.send(new TerminateInstancesCommand({ InstanceIds: [machine.instanceId] }));
    const nobody = { type: 'user' as const, name: 'nobody' };
    const after = document('s3:*');
    const policyArn = `arn:aws:iam::${victim().id}:policy/none`;
    const gone: ActInput[] = [
      { ...(await aBucketEdit()), bucket: 'no-such-bucket-anywhere' },
      { ...base(), act: 'replaceBucketAcl', bucket: 'no-such-bucket-anywhere', before: noAcl, after: noAcl },
      { ...base(), act: 'setPublicAccessBlock', bucket: 'no-such-bucket-anywhere', before: null, after: {} },
      {
        ...base(),
        act: 'setBucketOwnership',
        bucket: 'no-such-bucket-anywhere',
        before: 'ObjectWriter',
        after: 'BucketOwnerEnforced',
      },
      { ...base(), act: 'setAccessKeyStatus', userName: 'nobody', keys: [] },
      { ...base(), act: 'putInlinePolicy', holder: nobody, policyName: 'p', before: null, after },
      { ...base(), act: 'revokeRoleSessions', roleName: 'nobody', policyName: 'p', before: null },
      { ...base(), act: 'setManagedPolicy', policyArn, before: after, after: document('ec2:*') },
      { ...base(), act: 'cancelExportTask', exportTaskId: 'export-i-0000000000000dead' },
      sharing('image', 'ami-0000000000000dead'),
      sharing('snapshot', 'snap-0000000000000dead'),
      machine,
      { ...(await aCopy()), source: { bucket: 'no-such-bucket-anywhere', key: 'k', size: 1, etag: 'e' } },
    ];
    for (const input of gone) expect(await act(input)).toMatchObject({ status: 'gone' });
  });
});
const noAcl = { ownerId: 'o', grants: [] };
