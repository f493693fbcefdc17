import {
  AttachVolumeCommand,
  CreateImageCommand,
  CreateInstanceExportTaskCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  DisableEbsEncryptionByDefaultCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DescribeRuleCommand, ListTargetsByRuleCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  GetRolePolicyCommand,
  ListPolicyVersionsCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketRequestPaymentCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { containActivities, type ContainActivities } from '../../activities/contain.ts';
import { observeActivities, type ObserveActivities } from '../../activities/observe.ts';
import type {
  ActInput,
  ActResult,
  CopyExport,
  DeleteExport,
  EditBucketPolicy,
  SetAccessKeyStatus,
  SetPublicAccessBlock,
  SetSharing,
  SnapshotVolumes,
} from '../../src/domain/acts/acts.ts';
import type { ApprovalOnRecord } from '../../src/domain/approval/authorisation.ts';
import { sidPrefix, snapshotTags } from '../../src/domain/acts/created-names.ts';
import { invert } from '../../src/domain/acts/invert.ts';
import { lockBucket } from '../../src/domain/plan/lock-plan.ts';
import { restDigest, type PolicyDocument } from '../../src/domain/policy/policy-document.ts';
import { allow, policyText } from '../../src/lab/account.ts';
import { eventName } from '../../src/lab/aws/operation.ts';
import { codeOf, region } from '../../src/lab/clients.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import { anAccount, anAlert, aPlanInput, aPolicy } from '../support/builders.ts';
import { actBase, anApproval, incidentKey, named, sharedWorld } from './activities-world.ts';

const world = sharedWorld();
let contain: ContainActivities;
let observe: ObserveActivities;
beforeEach(async () => {
  contain = containActivities(world().containing, {
    protected: { principals: ['*:user/break-glass*'], buckets: ['golden-*'], images: ['ami-golden*'] },
  });
  observe = observeActivities(world().observing);
  await world().lab.control.clearFaults();
});

const victim = () => world().foundation.victim;
const base = () => actBase(world());
const act = (input: ActInput): Promise<ActResult> =>
  (contain[input.act] as (input: ActInput, approval: ApprovalOnRecord) => Promise<ActResult>)(input, anApproval);
const codeFrom = (call: Promise<unknown>): Promise<string> => call.then(() => 'worked', codeOf);

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

const denyReads = (bucket: string) => ({
  Sid: `${sidPrefix(incidentKey)}DenyReads`,
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${bucket}/vms/*`,
});
const document = (action: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});

async function aBucketEdit(before: PolicyDocument | null = null): Promise<EditBucketPolicy> {
  const bucket = named('exports');
  await createBucket(victim().admin.s3, bucket);
  if (before) {
    await victim().admin.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(before) }));
  }
  return {
    ...base(),
    act: 'editBucketPolicy',
    bucket,
    add: [denyReads(bucket)],
    remove: [],
    removedByPlan: [],
    restDigest: restDigest(before, sidPrefix(incidentKey), []),
    before,
  };
}

async function aKeyToDisable(): Promise<SetAccessKeyStatus & { credentials: { accessKeyId: string } }> {
  const user = await victim().user(named('mallory'), { policy: [allow('s3:ListAllMyBuckets')] });
  const { accessKeyId } = user.credentials;
  return {
    ...base(),
    act: 'setAccessKeyStatus',
    userName: user.name,
    keys: [{ accessKeyId, before: 'Active', after: 'Inactive' }],
    credentials: user.credentials,
  };
}

async function aRole(name = named('exporter')): Promise<string> {
  const trust = policyText({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${victim().id}:root` },
    Action: 'sts:AssumeRole',
  });
  await victim().admin.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  return name;
}

async function aRunningExport(): Promise<string> {
  const bucket = named('exports');
  const { ec2, s3 } = victim().admin;
  await createBucket(s3, bucket);
  await s3.send(
    new PutBucketOwnershipControlsCommand({
      Bucket: bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] },
    }),
  );
  await s3.send(
    new PutBucketAclCommand({
      Bucket: bucket,
      GrantWrite: `id=${exportService}`,
      GrantReadACP: `id=${exportService}`,
    }),
  );
  const run = new RunInstancesCommand({ ImageId: 'ami-0abcdef1234567890', MinCount: 1, MaxCount: 1 });
  const { Instances } = await ec2.send(run);
  await world().lab.control.exportDuration(600_000);
  const { ExportTask } = await ec2.send(
    new CreateInstanceExportTaskCommand({
      InstanceId: Instances?.[0]?.InstanceId,
      TargetEnvironment: 'vmware',
      ExportToS3Task: { ContainerFormat: 'ova', DiskImageFormat: 'VMDK', S3Bucket: bucket, S3Prefix: 'vms/' },
    }),
  );
  return ExportTask?.ExportTaskId ?? '';
}
const exportService = 'c4d8eabf8db69dbe46bfe0e517100c554f01200b104d59cd408e777ba442a322';

const image = Buffer.alloc(3 * 1024 * 1024, 'image');
async function aCopy(): Promise<CopyExport> {
  const { foundation } = world();
  const { s3 } = victim().admin;
  const bucket = named('exports');
  await createBucket(s3, bucket);
  const key = 'vms/export-i-1 (copy).ova';
  const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: image }));
  return {
    ...base(),
    act: 'copyExport',
    source: { bucket, key, size: image.length, etag: ETag },
    destination: {
      accountId: foundation.forensics.id,
      region,
      bucket: foundation.buckets.forensics,
      key: `exports/${incidentKey}/${named('image')}.ova`,
    },
  };
}

async function aMachineWithVolumes(): Promise<SnapshotVolumes> {
  const run = new RunInstancesCommand({ ImageId: 'ami-0abcdef1234567890', MinCount: 1, MaxCount: 1 });
  const [instance] = (await victim().admin.ec2.send(run)).Instances ?? [];
  const instanceId = instance?.InstanceId ?? '';
  const volumes = (instance?.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.VolumeId ?? []);
  return { ...base(), act: 'snapshotVolumes', instanceId, volumes, tags: snapshotTags(incidentKey, instanceId) };
}

const outsiders = () => [{ UserId: world().foundation.outsider.id }, { Group: 'all' as const }];
const sharing = (type: 'image' | 'snapshot', id: string): SetSharing => {
  const before = [world().foundation.outsider.id, 'all'];
  return { ...base(), act: 'setSharing', resource: { type, id }, before, after: [] };
};

async function aSharedImage(): Promise<SetSharing> {
  const { ec2 } = victim().admin;
  const { instanceId } = await aMachineWithVolumes();
  const { ImageId = '' } = await ec2.send(new CreateImageCommand({ InstanceId: instanceId, Name: named('copy') }));
  await ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add: outsiders() } }));
  return sharing('image', ImageId);
}

async function aSharedSnapshot(): Promise<SetSharing> {
  const { ec2 } = victim().admin;
  const { volumes } = await aMachineWithVolumes();
  const { SnapshotId = '' } = await ec2.send(new CreateSnapshotCommand({ VolumeId: volumes[0] }));
  await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission: { Add: outsiders() } }));
  return sharing('snapshot', SnapshotId);
}

async function anUnblockedBucket(): Promise<SetPublicAccessBlock> {
  const bucket = named('exports');
  await createBucket(victim().admin.s3, bucket);
  await victim().admin.s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucket }));
  return { ...base(), act: 'setPublicAccessBlock', bucket, before: null, after: { BlockPublicPolicy: true } };
}

/** Of an export whose copy is proved. */
async function aDeletion(): Promise<DeleteExport> {
  const copy = await aCopy();
  await act(copy);
  const { source, destination } = copy;
  const { versions = [] } = (await observe.describeExportObject({ ...base(), ...source })) ?? {};
  return { ...base(), act: 'deleteExport', source, versions, copy: destination };
}

const eventRule = (description: string) => ({
  eventPattern: '{"source":["aws.ec2"],"detail":{"eventName":["ExportImage"]}}',
  description,
  targetArn: world().foundation.monitoringTarget,
});

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
      const { acl } = await observe.describeBucket({ ...base(), bucket });
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

const mutations = async (operation: string): Promise<number> => {
  // A call between accounts is recorded in both.
  const all = await world().lab.control.trail({ eventName: eventName(operation), accountId: victim().id });
  return all.filter(({ errorCode }) => !errorCode).length;
};

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
    expect(await observe.checkAct(input)).toMatchObject({ standing: 'done' });
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

describe('containment', () => {
  it('shuts the actor out: the key that worked is refused', async () => {
    const user = await victim().user(named('mallory'), { policy: [allow('s3:ListAllMyBuckets')] });
    const key = { accessKeyId: user.credentials.accessKeyId, before: 'Active' as const, after: 'Inactive' as const };
    await act({ ...base(), act: 'setAccessKeyStatus', userName: user.name, keys: [key] });
    expect(await codeFrom(user.clients.iam.send(new GetRolePolicyCommand({ RoleName: 'r', PolicyName: 'p' })))).toMatch(
      /InvalidClientTokenId|InvalidAccessKeyId|AccessDenied/,
    );
  });

  it('is undone by the opposite act', async () => {
    const input = await aKeyToDisable();
    await act(input);
    const back = input.keys.map(({ accessKeyId }) => ({
      accessKeyId,
      before: 'Inactive' as const,
      after: 'Active' as const,
    }));
    expect(await act({ ...input, keys: back })).toMatchObject({ status: 'applied' });

    const edit = await aBucketEdit();
    await act(edit);
    expect(await act({ ...edit, add: [], remove: edit.add })).toMatchObject({ status: 'applied' });
    expect((await observe.describeBucket({ ...base(), bucket: edit.bucket })).policy).toBeNull();

    const ruleName = named('soar-monitor');
    const rule = { ...base(), act: 'putEventRule' as const, ruleName };
    await act({ ...rule, before: null, after: eventRule('watch') });
    expect(await act({ ...rule, before: eventRule('watch'), after: null })).toMatchObject({ status: 'applied' });
    expect(await observe.describeEventRule({ ...base(), ruleName })).toBeNull();

    for (const shared of [await aSharedImage(), await aSharedSnapshot()]) {
      await act(shared);
      const again = { ...shared, before: shared.after, after: shared.before };
      expect(await act(again)).toMatchObject({ status: 'applied' });
      expect(await observe.checkAct(again)).toMatchObject({ standing: 'done' });
    }
  });

  it('takes an image away from whom it was shared with', async () => {
    const { ec2 } = world().foundation.outsider.admin;
    const shared = await aSharedImage();
    const look = () => codeFrom(ec2.send(new DescribeImagesCommand({ ImageIds: [shared.resource.id] })));
    expect(await look()).toBe('worked');
    await act(shared);
    expect(await look()).toBe('InvalidAMIID.NotFound');
  });

  it('takes one snapshot of each volume, under the incident’s tags', async () => {
    const machine = await aMachineWithVolumes();
    const { observed } = await act(machine);
    const Filters = [{ Name: 'tag:soar-source-instance', Values: [machine.instanceId] }];
    const { Snapshots = [] } = await victim().admin.ec2.send(
      new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }),
    );
    expect(Object.fromEntries(Snapshots.map(({ VolumeId, SnapshotId }) => [VolumeId, SnapshotId]))).toEqual(observed);
    expect(Object.keys(observed ?? {})).toEqual(machine.volumes);
    expect(Snapshots[0]?.Tags).toContainEqual({ Key: 'soar-incident', Value: incidentKey });
  });

  it('locks a bucket against its own administrators, not against us, and unlocks it again', async () => {
    const bucket = named('exports');
    const key = 'vms/export-i-1.ova';
    await createBucket(victim().admin.s3, bucket);
    await victim().admin.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'image' }));
    const { s3 } = (await victim().user(named('admin'), { policy: [allow('s3:*')] })).clients;
    const tries = async () => [
      await codeFrom(s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))),
      await codeFrom(s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: `${key}.other` }))),
      await codeFrom(s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: theirs }))),
    ];
    const allowed = { ...allow('s3:ListBucket', `arn:aws:s3:::${bucket}`), Sid: 'Theirs' };
    const theirs = policyText({ ...allowed, Principal: { AWS: `arn:aws:iam::${victim().id}:root` } });
    expect(await tries()).toEqual(['worked', 'worked', 'worked']);

    const roles = world().foundation.roles.victim;
    const facts = await observe.describeBucket({ ...base(), bucket, exportStart: key });
    const lock = lockBucket(
      aPlanInput({
        incidentKey,
        alert: anAlert({ recipientAccount: victim().id, region, bucket, objectKey: key }),
        policy: aPolicy({
          lockBucket: 'always',
          responders: [roles.observe, roles.contain],
          account: anAccount({ id: victim().id, roles }),
        }),
        task: null,
        object: null,
        bucket: facts,
      }),
    );
    if (!('input' in lock)) throw new Error(lock.why);
    expect(await act(lock.input)).toMatchObject({ status: 'applied' });
    expect(await tries()).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied']);
    expect(await observe.checkAct(lock.input)).toMatchObject({ standing: 'done' });
    expect(await act(invert(lock.input)!)).toMatchObject({ status: 'applied' });
    expect((await observe.describeBucket({ ...base(), bucket })).policy).toEqual(facts.policy);
    expect(await tries()).toEqual(['worked', 'worked', 'worked']);
  });

  it('leaves the other statements of a bucket policy exactly as they are', async () => {
    const theirs = {
      Sid: 'Theirs',
      Effect: 'Allow' as const,
      Principal: { AWS: `arn:aws:iam::${victim().id}:root` },
      Action: 's3:GetObject',
      Resource: '',
    };
    const bucket = `exports-${Date.now()}`;
    const before = {
      Version: '2012-10-17',
      Id: 'kept',
      Statement: [{ ...theirs, Resource: `arn:aws:s3:::${bucket}/*` }],
    };
    await createBucket(victim().admin.s3, bucket);
    await victim().admin.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(before) }));
    await act({
      ...base(),
      act: 'editBucketPolicy',
      bucket,
      add: [denyReads(bucket)],
      remove: [],
      removedByPlan: [],
      restDigest: restDigest(before, sidPrefix(incidentKey), []),
      before,
    });
    const { policy } = await observe.describeBucket({ ...base(), bucket });
    expect(policy).toEqual({ ...before, Statement: [...before.Statement, denyReads(bucket)] });
  });

  it('revokes sessions up to the moment at which it acts, and says which', async () => {
    const roleName = await aRole();
    const started = Date.now();
    const input = { ...base(), act: 'revokeRoleSessions' as const, roleName, policyName: 'revoke', before: null };
    const { observed } = await act(input);
    expect(Date.parse(observed?.cutoff ?? '')).toBeGreaterThanOrEqual(started);
    expect((await act(input)).observed).toEqual(observed);
    expect((await observe.checkAct(input)).observed).toEqual(observed);
  });

  it('makes room when a managed policy has five versions, and says which one went', async () => {
    const { iam } = victim().admin;
    const create = { PolicyName: named('full'), PolicyDocument: JSON.stringify(document('ec2:1')) };
    const { Policy } = await iam.send(new CreatePolicyCommand(create));
    const policyArn = Policy?.Arn ?? '';
    for (const version of [2, 3, 4, 5]) {
      const PolicyDocument = JSON.stringify(document(`ec2:${version}`));
      await iam.send(
        new CreatePolicyVersionCommand({ PolicyArn: policyArn, PolicyDocument, SetAsDefault: version === 5 }),
      );
    }
    const after = document('ec2:Describe*');
    const result = await act({ ...base(), act: 'setManagedPolicy', policyArn, before: document('ec2:5'), after });
    expect(result).toMatchObject({ status: 'applied', detail: expect.stringContaining('version v1') as string });
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: policyArn }));
    expect(Versions?.map(({ VersionId }) => VersionId).sort()).toEqual(['v2', 'v3', 'v4', 'v5', 'v6']);
  });

  it('finishes an event rule that an earlier attempt left without a target', async () => {
    const ruleName = named('soar-monitor');
    const after = eventRule('watch');
    const { events } = victim().admin;
    const half = { Name: ruleName, EventPattern: after.eventPattern, Description: after.description };
    await events.send(new PutRuleCommand(half));
    expect(await act({ ...base(), act: 'putEventRule', ruleName, before: null, after })).toMatchObject({
      status: 'applied',
    });
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: ruleName }));
    expect(Targets?.map(({ Arn }) => Arn)).toEqual([after.targetArn]);
    expect(await codeFrom(events.send(new DescribeRuleCommand({ Name: ruleName })))).toBe('worked');
  });

  it('refuses what is protected, whatever was approved', async () => {
    const user = await victim().user('break-glass-1');
    const key = { accessKeyId: user.credentials.accessKeyId, before: 'Active' as const, after: 'Inactive' as const };
    const keys = { ...base(), act: 'setAccessKeyStatus' as const, userName: user.name, keys: [key] };
    await expect(act(keys)).rejects.toMatchObject({ type: 'ResourceProtected', nonRetryable: true });

    await createBucket(victim().admin.s3, 'golden-images');
    const edit = { ...(await aBucketEdit()), bucket: 'golden-images' };
    await expect(act(edit)).rejects.toMatchObject({ type: 'ResourceProtected' });
    expect(await observe.checkAct(edit)).toMatchObject({ standing: 'ready' });
  });
});

describe('copying an export into the forensics account', () => {
  it('leaves one object with the same content and its SHA-256 on record', async () => {
    const input = await aCopy();
    const { observed } = await act(input);
    expect(observed).toMatchObject({
      sha256: createHash('sha256').update(image).digest('hex'),
      size: String(image.length),
      versionId: expect.any(String) as string,
    });
    await act(input);
    const { s3 } = world().foundation.forensics.admin;
    const { bucket, key } = input.destination;
    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }));
    expect(Versions?.map(({ Key }) => Key)).toEqual([key, `${key}.custody.json`]);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(image)).toBe(true);
    const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    expect(Metadata).toEqual({ 'soar-source-etag': input.source.etag, 'soar-incident': incidentKey });
  });

  it('offers to pay, where the forensics bucket asks that of other accounts', async () => {
    const { forensics, buckets } = world().foundation;
    const pays = (Payer: 'Requester' | 'BucketOwner') =>
      forensics.admin.s3.send(
        new PutBucketRequestPaymentCommand({ Bucket: buckets.forensics, RequestPaymentConfiguration: { Payer } }),
      );
    const input = await aCopy();
    await pays('Requester');
    expect(await act(input)).toMatchObject({ status: 'applied' });
    expect(await act(input)).toMatchObject({ status: 'already' });
    await pays('BucketOwner');
  });

  it("takes the source's own checksum where S3 keeps one", async () => {
    const input = await aCopy();
    const { bucket, key } = input.source;
    await victim().admin.s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: image, ChecksumAlgorithm: 'SHA256' }),
    );
    expect(await act(input)).toMatchObject({ status: 'applied' });
    const reads = await world().lab.control.trail({ eventName: 'GetObject' });
    expect(reads.filter(({ requestParameters }) => JSON.stringify(requestParameters).includes(bucket))).toEqual([]);
  });
});

describe('deleting the original', () => {
  const versioned = async (objectLock = false) => {
    const bucket = named('exports');
    const { s3 } = victim().admin;
    await s3.send(
      new CreateBucketCommand({
        Bucket: bucket,
        CreateBucketConfiguration: { LocationConstraint: region },
        ObjectLockEnabledForBucket: objectLock,
      }),
    );
    const VersioningConfiguration = { Status: 'Enabled' as const };
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    return { bucket, s3 };
  };
  const deletionOf = async (bucket: string, key: string): Promise<DeleteExport> => {
    const { s3 } = victim().admin;
    const { ETag: etag = '' } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: image }));
    const source = { bucket, key, size: image.length, etag };
    const copy: CopyExport = { ...(await aCopy()), source };
    await act(copy);
    const { versions = [] } = (await observe.describeExportObject({ ...base(), bucket, key })) ?? {};
    return { ...base(), act: 'deleteExport', source, versions, copy: copy.destination };
  };
  const versionsIn = async (bucket: string) => {
    const { Versions = [], DeleteMarkers = [] } = await victim().admin.s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket }),
    );
    return [...Versions, ...DeleteMarkers].map(({ Key }) => Key);
  };

  it('leaves no version and no delete marker of the export, and every other key', async () => {
    const { bucket, s3 } = await versioned();
    const key = 'vms/export-i-1.ova';
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${key}.notes`, Body: 'stays' }));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: image }));
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    const input = await deletionOf(bucket, key);
    expect(input.versions.map(({ deleteMarker }) => deleteMarker)).toEqual([false, false, true]);
    expect(await act(input)).toMatchObject({ status: 'applied' });
    expect(await versionsIn(bucket)).toEqual([`${key}.notes`]);
    expect(await observe.checkAct(input)).toMatchObject({ standing: 'done' });
    expect(await observe.checkAct({ ...(await aCopy()), source: input.source, destination: input.copy })).toMatchObject(
      {
        standing: 'done',
      },
    );
  });

  it('goes on with what an attempt left that was killed between two versions', async () => {
    const { bucket, s3 } = await versioned();
    const key = 'vms/export-i-1.ova';
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: image }));
    const input = await deletionOf(bucket, key);
    const [first] = input.versions;
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: first?.versionId }));
    expect(await act(input)).toMatchObject({ status: 'applied' });
    expect(await versionsIn(bucket)).toEqual([]);
  });

  it('says which version Object Lock keeps and until when', async () => {
    const { bucket, s3 } = await versioned(true);
    const key = 'vms/export-i-1.ova';
    const input = await deletionOf(bucket, key);
    const RetainUntilDate = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
    const [{ versionId: VersionId } = { versionId: '' }] = input.versions;
    await s3.send(
      new PutObjectRetentionCommand({
        Bucket: bucket,
        Key: key,
        VersionId,
        Retention: { Mode: 'GOVERNANCE', RetainUntilDate },
      }),
    );
    await expect(act(input)).rejects.toMatchObject({
      type: 'AwsRejected',
      message: expect.stringContaining(
        `version ${VersionId} locked until ${RetainUntilDate.toISOString()} (GOVERNANCE)`,
      ) as string,
    });
    expect(await versionsIn(bucket)).toEqual([key]);
  });

  it('keeps the original whose copy has gone', async () => {
    const input = await aDeletion();
    const { s3 } = world().foundation.forensics.admin;
    await s3.send(new DeleteObjectCommand({ Bucket: input.copy.bucket, Key: input.copy.key }));
    const before = await mutations('DeleteObject');
    await expect(act(input)).rejects.toMatchObject({ nonRetryable: true });
    expect(await mutations('DeleteObject')).toBe(before);
  });
});
