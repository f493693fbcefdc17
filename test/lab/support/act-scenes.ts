import {
  CreateImageCommand,
  CreateSnapshotCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { DeletePublicAccessBlockCommand, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type {
  CopyExport,
  DeleteExport,
  EditBucketPolicy,
  SetAccessKeyStatus,
  SetPublicAccessBlock,
  SetSharing,
  SnapshotVolumes,
} from '../../../src/domain/acts/acts.ts';
import { sidPrefix, snapshotTags } from '../../../src/domain/acts/created-names.ts';
import { restDigest, type PolicyDocument } from '../../../src/domain/policy/policy-document.ts';
import { allow, policyText } from '../../../src/lab/account.ts';
import { region } from '../../../src/lab/clients.ts';
import { createBucket } from '../../../src/lab/foundation.ts';
import { incidentKey, named } from '../activities-world.ts';
import type { Acting } from './acting.ts';
import { anExport, anExportBucket } from './exports.ts';

/** What acts are tried on: a target of its own for each, and the input for it. */
export const denyReads = (bucket: string) => ({
  Sid: `${sidPrefix(incidentKey)}DenyReads`,
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${bucket}/vms/*`,
});
export const document = (action: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});

export const image = Buffer.alloc(3 * 1024 * 1024, 'image');

export function actScenes({ world, victim, base, act, observe }: Acting) {
  const aRunningExport = async (): Promise<string> =>
    (await anExport(world(), await anExportBucket(world()), 600_000)).exportTaskId;

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
    const { versions = [] } = (await observe().describeExportObject({ ...base(), ...source })) ?? {};
    return { ...base(), act: 'deleteExport', source, versions, copy: destination };
  }

  const eventRule = (description: string) => ({
    eventPattern: '{"source":["aws.ec2"],"detail":{"eventName":["ExportImage"]}}',
    description,
    targetArn: world().foundation.monitoringTarget,
  });

  return {
    aRunningExport,
    aBucketEdit,
    aKeyToDisable,
    aRole,
    aCopy,
    aMachineWithVolumes,
    outsiders,
    sharing,
    aSharedImage,
    aSharedSnapshot,
    anUnblockedBucket,
    aDeletion,
    eventRule,
  };
}
