import {
  CopyImageCommand,
  CopySnapshotCommand,
  CreateImageCommand,
  CreateInstanceExportTaskCommand,
  CreateSnapshotCommand,
  CreateSnapshotsCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  ExportImageCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RegisterImageCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateTrailCommand } from '@aws-sdk/client-cloudtrail';
import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { AddUserToGroupCommand, AttachUserPolicyCommand, CreatePolicyCommand } from '@aws-sdk/client-iam';
import {
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketLoggingCommand,
  PutBucketMetricsConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketRequestPaymentCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { PutInventoryCommand } from '@aws-sdk/client-ssm';
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { awsClients, clientConfig, s3Client } from '../../activities/aws/clients.ts';
import { containActivities } from '../../activities/contain.ts';
import { evidenceNotify } from '../../activities/evidence/notify.ts';
import { keepingEvidence, keepObserved } from '../../activities/evidence/observed.ts';
import { evidenceStore } from '../../activities/evidence/store.ts';
import { observeActivities, type ObserveActivities } from '../../activities/observe.ts';
import type { CopySearch } from '../../src/domain/findings/copies.ts';
import { recordingCalls } from '../../src/domain/findings/recorded-since.ts';
import { allow, policyText } from '../../src/lab/account.ts';
import { labClients } from './support/scene.ts';
import { codeOf, region } from '../../src/lab/clients.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import { exportService } from '../../src/lab/stage.ts';
import { actBase, incidentKey, named, sharedWorld } from './activities-world.ts';

const world = sharedWorld();
let observe: ObserveActivities;
beforeEach(async () => {
  observe = observeActivities(world().observing);
  await world().lab.control.clearFaults();
});

const victim = () => world().foundation.victim;
const place = () => ({ accountId: victim().id, region });

async function anInstance(tags: Record<string, string> = {}): Promise<string> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const { Instances } = await victim().admin.ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0abcdef1234567890',
      MinCount: 1,
      MaxCount: 1,
      ...(Tags.length > 0 ? { TagSpecifications: [{ ResourceType: 'instance' as const, Tags }] } : {}),
    }),
  );
  return Instances?.[0]?.InstanceId ?? '';
}

/** A bucket that the exporting service may write to, in the older way. */
async function anExportBucket(): Promise<string> {
  const bucket = named('exports');
  const { s3 } = victim().admin;
  await createBucket(s3, bucket);
  const Rules = [{ ObjectOwnership: 'BucketOwnerPreferred' as const }];
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls: { Rules } }));
  const service = `id=${exportService}`;
  await s3.send(new PutBucketAclCommand({ Bucket: bucket, GrantWrite: service, GrantReadACP: service }));
  return bucket;
}

async function anExport(bucket: string, ms: number): Promise<{ exportTaskId: string; key: string }> {
  await world().lab.control.exportDuration(ms);
  const { ExportTask } = await victim().admin.ec2.send(
    new CreateInstanceExportTaskCommand({
      InstanceId: await anInstance(),
      TargetEnvironment: 'vmware',
      ExportToS3Task: { ContainerFormat: 'ova', DiskImageFormat: 'VMDK', S3Bucket: bucket, S3Prefix: 'vms/' },
    }),
  );
  return { exportTaskId: ExportTask?.ExportTaskId ?? '', key: ExportTask?.ExportToS3Task?.S3Key ?? '' };
}

describe('an instance', () => {
  it('is described with its tags and volumes', async () => {
    const instanceId = await anInstance({ Owner: 'payments', Environment: 'production' });
    const facts = await observe.describeInstance({ ...place(), instanceId });
    expect(facts).toMatchObject({
      instanceId,
      state: 'running',
      tags: { Owner: 'payments', Environment: 'production' },
    });
    expect(facts.volumes.length).toBeGreaterThan(0);
  });

  it('is described with its image and that it has user data, whose text is nowhere kept', async () => {
    const { ec2 } = victim().admin;
    const { Images } = await ec2.send(new DescribeImagesCommand({}));
    const { ImageId, Name } = Images?.[0] ?? {};
    const secret = 'database-password-of-the-shop';
    const UserData = Buffer.from(`#!/bin/sh\nexport PASSWORD=${secret}`).toString('base64');
    const { Instances } = await ec2.send(new RunInstancesCommand({ ImageId, MinCount: 1, MaxCount: 1, UserData }));
    const instanceId = Instances?.[0]?.InstanceId ?? '';

    let kept = '';
    const keeping = keepingEvidence(observe, ({ content }) => {
      kept += content.toString();
      return Promise.resolve({});
    });
    const environment = new MockActivityEnvironment({ workflowExecution: { workflowId: incidentKey, runId: 'r' } });
    const facts = await environment.run(() => keeping.describeInstance({ ...place(), instanceId }));
    expect(facts).toMatchObject({ imageId: ImageId, image: { name: Name }, userData: true });
    const trail = await keeping.lookupTrail({
      ...place(),
      ...{ attribute: { name: 'ResourceName' as const, value: instanceId }, keep: 10 },
      ...{ from: new Date(Date.now() - 60_000).toISOString(), to: new Date().toISOString() },
    });
    expect(trail.events.map(({ eventName }) => eventName)).toContain('RunInstances');
    expect(kept).toContain('ec2:DescribeInstanceAttribute');
    for (const text of [kept, JSON.stringify([facts, trail])]) {
      expect(text).not.toContain(UserData);
      expect(text).not.toContain(secret);
    }
    expect(await observe.describeInstance({ ...place(), instanceId: await anInstance() })).toMatchObject({
      userData: false,
    });
  });

  it('that never was is not found, for good', async () => {
    const gone = observe.describeInstance({ ...place(), instanceId: 'i-0000000000000dead' });
    await expect(gone).rejects.toMatchObject({ type: 'AwsNotFound', nonRetryable: true });
  });

  it('is described by the attempt after AWS asked for fewer requests', async () => {
    const instanceId = await anInstance();
    await world().lab.control.fault({ service: 'ec2', operation: 'DescribeInstances', kind: 'throttle', times: 2 });
    const throttled = observe.describeInstance({ ...place(), instanceId });
    await expect(throttled).rejects.toMatchObject({ type: 'AwsThrottled', nonRetryable: false });
    await expect(observe.describeInstance({ ...place(), instanceId })).resolves.toMatchObject({ instanceId });
  });
});

describe('credentials that have expired', () => {
  const [assume, call] = ['AssumeRole', 'DescribeInstances'];
  it.each([
    [
      'of the worker itself, when it assumes its role',
      { service: 'sts', operation: assume, code: 'ExpiredToken', times: 2 },
    ],
    ['of the session, when it calls', { service: 'ec2', operation: call, code: 'RequestExpired', times: 2 }],
  ])('%s, are waited for: the attempt after they are renewed succeeds', async (_, fault) => {
    const instanceId = await anInstance();
    await world().lab.control.fault({ ...fault, kind: 'error', status: 400 });
    // A worker that has just been started, so that nothing is remembered of a valid session.
    const activities = observeActivities(world().clients('observe'));
    for (let attempt = 1; attempt <= 2; attempt++) {
      await expect(activities.describeInstance({ ...place(), instanceId })).rejects.toMatchObject({
        type: 'AwsUnavailable',
        nonRetryable: false,
        message: expect.stringMatching(new RegExp(`${fault.code}.*credentials of this worker`)) as string,
      });
    }
    await expect(activities.describeInstance({ ...place(), instanceId })).resolves.toMatchObject({ instanceId });
  });
});

describe('the machine of an image', () => {
  it('is named by EC2, also behind a copy, and by the trail when the image is gone', async () => {
    const { ec2 } = victim().admin;
    const instanceId = await anInstance();
    const { ImageId: made = '' } = await ec2.send(
      new CreateImageCommand({ InstanceId: instanceId, Name: named('image') }),
    );
    const copying = { SourceImageId: made, SourceRegion: region, Name: named('copy') };
    const { ImageId: copied = '' } = await ec2.send(new CopyImageCommand(copying));
    const trace = (imageId: string) => {
      const window = { from: new Date(Date.now() - 60_000).toISOString(), to: new Date().toISOString() };
      return observe.traceImage({ ...place(), imageId, ...window });
    };
    const machine = { instanceId, ...place() };
    const ofImage = await trace(made);
    expect(ofImage).toMatchObject({ imageId: made, machine, disks: [{ encrypted: false }] });
    expect(ofImage).not.toHaveProperty('call');
    expect(await trace(copied)).toMatchObject({ machine, through: [{ imageId: made, region }] });

    for (const ImageId of [copied, made]) await ec2.send(new DeregisterImageCommand({ ImageId }));
    const gone = await trace(copied);
    expect(gone).toMatchObject({ machine, call: { eventName: 'CreateImage' }, through: [{ imageId: made, region }] });
    expect(gone).not.toHaveProperty('disks');
    expect(gone).not.toHaveProperty('gaps');
  });

  it('of another account is only named, and of an image that was registered is not known', async () => {
    const { outsider } = world().foundation;
    const foreign = outsider.admin.ec2;
    const { Instances } = await foreign.send(
      new RunInstancesCommand({ ImageId: 'ami-0abcdef1234567890', MinCount: 1, MaxCount: 1 }),
    );
    const InstanceId = Instances?.[0]?.InstanceId ?? '';
    const { ImageId = '' } = await foreign.send(new CreateImageCommand({ InstanceId, Name: named('theirs') }));
    const LaunchPermission = { Add: [{ UserId: victim().id }] };
    await foreign.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }));
    const window = { from: new Date(Date.now() - 60_000).toISOString(), to: new Date().toISOString() };
    const theirs = await observe.traceImage({ ...place(), imageId: ImageId, ...window });
    expect(theirs.why).toContain(`belongs to account ${outsider.id}`);
    expect(theirs).not.toHaveProperty('machine');

    const registering = new RegisterImageCommand({
      Name: named('registered'),
      Description: `CreateImage(${InstanceId})`,
    });
    const { ImageId: registered = '' } = await victim().admin.ec2.send(registering);
    const unknown = await observe.traceImage({
      ...place(),
      imageId: registered,
      ...window,
      to: new Date().toISOString(),
    });
    expect(unknown).not.toHaveProperty('machine');
    expect(unknown.why).toMatch(/by RegisterImage at .*, which names no machine/);
  });
});

describe('the machine of an image that was registered', () => {
  it('is the one that has the volumes of its disks, and is not known of the disks that it was given beside them', async () => {
    const { ec2 } = victim().admin;
    const instanceId = await anInstance();
    const { volumes } = await observe.describeInstance({ ...place(), instanceId });
    const VolumeId = volumes[0]?.volumeId;
    const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
    const copying = new CopySnapshotCommand({ SourceSnapshotId: SnapshotId, SourceRegion: region });
    const { SnapshotId: copied } = await ec2.send(copying);
    const trace = async (...ids: (string | undefined)[]) => {
      const BlockDeviceMappings = ids.map((id, at) => ({ DeviceName: `/dev/sd${'abc'[at]}`, Ebs: { SnapshotId: id } }));
      const { ImageId: imageId = '' } = await ec2.send(
        new RegisterImageCommand({ Name: named('registered'), BlockDeviceMappings }),
      );
      const window = { from: new Date(Date.now() - 60_000).toISOString(), to: new Date().toISOString() };
      return observe.traceImage({ ...place(), imageId, ...window });
    };
    const machine = { instanceId, ...place() };
    const found = await trace(SnapshotId);
    expect(found).toMatchObject({ machine, byDisks: [{ snapshotId: SnapshotId, volumeId: VolumeId }] });
    expect(found).not.toHaveProperty('otherDisks');
    expect(await trace(SnapshotId, copied)).toMatchObject({ machine, otherDisks: [copied] });
    const unknown = await trace(copied);
    expect(unknown).not.toHaveProperty('machine');
    expect(unknown.why).toContain(`no machine has the volumes of its disks ${copied} now`);
  });
});

describe('an export task', () => {
  it('is not finished while it runs, and described once it has completed', async () => {
    const bucket = await anExportBucket();
    const { exportTaskId, key } = await anExport(bucket, 600_000);
    expect(await observe.describeExportTask({ ...place(), exportTaskId })).toMatchObject({
      state: 'active',
      bucket,
      key,
    });
    const waiting = observe.awaitExportTask({ ...place(), exportTaskId });
    await expect(waiting).rejects.toMatchObject({ type: 'NotYet', nonRetryable: false });
    expect(await observe.describeExportObject({ ...place(), bucket, key })).toBeNull();

    await world().lab.control.finishExports();
    expect(await observe.awaitExportTask({ ...place(), exportTaskId })).toMatchObject({ state: 'completed' });
    const object = await observe.describeExportObject({ ...place(), bucket, key });
    expect(object).toMatchObject({ bucket, key, etag: expect.stringMatching(/^".+"$/) as string });
    expect(object?.size).toBeGreaterThan(0);
  });

  it('of an image is described by its own call, and cancelled like any other', async () => {
    const bucket = await anExportBucket();
    const { ec2 } = victim().admin;
    const trust = { Effect: 'Allow' as const, Principal: { Service: 'vmie.amazonaws.com' }, Action: 'sts:AssumeRole' };
    await victim().role('vmimport', trust, 'export', allow(['s3:*', 'ec2:*']));
    const { Images } = await ec2.send(new DescribeImagesCommand({}));
    const ImageId = Images?.[0]?.ImageId;
    await world().lab.control.exportDuration(600_000);
    const S3ExportLocation = { S3Bucket: bucket, S3Prefix: 'images/' };
    const { ExportImageTaskId: exportTaskId = '' } = await ec2.send(
      new ExportImageCommand({ ImageId, DiskImageFormat: 'VMDK', S3ExportLocation }),
    );
    expect(exportTaskId).toMatch(/^export-ami-/);
    const task = { ...place(), exportTaskId };
    expect(await observe.describeExportTask(task)).toMatchObject({ exportTaskId, state: 'active', bucket });

    const acting = containActivities(world().containing, { protected: { principals: [], buckets: [] } });
    const cancel = { ...actBase(world()), act: 'cancelExportTask' as const, exportTaskId };
    expect(await acting.cancelExportTask(cancel)).toMatchObject({ status: 'applied' });
    expect(await observe.describeExportTask(task)).toMatchObject({ state: 'cancelled' });
  });

  it('that EC2 does not know is not found', async () => {
    const exportTaskId = 'export-i-0000000000000dead';
    await expect(observe.describeExportTask({ ...place(), exportTaskId })).rejects.toMatchObject({
      type: 'AwsNotFound',
    });
  });
});

describe('software of a machine', () => {
  const entries = (...names: string[]) => names.map((Name) => ({ Name, Version: '1.2', Publisher: 'x' }));
  const report = (InstanceId: string, Content: Record<string, string>[]) =>
    victim().admin.ssm.send(
      new PutInventoryCommand({
        InstanceId,
        Items: [{ TypeName: 'AWS:Application', SchemaVersion: '1.1', CaptureTime: '2026-03-01T04:00:00Z', Content }],
      }),
    );

  it('is what its agent has reported, read to the end, under the role that may only read', async () => {
    const instanceId = await anInstance();
    await report(
      instanceId,
      entries(...Array.from({ length: 120 }, (_, index) => `lib-${index}`), 'docker-ce', 'awscli'),
    );
    expect(await observe.describeSoftware({ ...place(), instanceId })).toEqual({
      capturedAt: '2026-03-01T04:00:00Z',
      total: 122,
      truncated: false,
      keeping: [
        { name: 'docker-ce', version: '1.2' },
        { name: 'awscli', version: '1.2' },
      ],
    });
  });

  it('is not known where no agent reports', async () => {
    const nothing = { total: 0, truncated: false, keeping: [] };
    expect(await observe.describeSoftware({ ...place(), instanceId: await anInstance() })).toEqual(nothing);
    expect(await observe.describeSoftware({ ...place(), instanceId: 'none' })).toEqual(nothing);
  });
});

describe('a bucket', () => {
  it('is described whole, without a gap, under the role that may only read', async () => {
    const bucket = await anExportBucket();
    const facts = await observe.describeBucket({ ...place(), bucket });
    expect(facts).toMatchObject({
      bucket,
      ownedByAccount: 'yes',
      region,
      policy: null,
      ownership: 'BucketOwnerPreferred',
      public: 'no',
      logging: null,
      versioning: false,
      encryption: { algorithm: 'AES256' },
      gaps: [],
    });
    const granted = facts.acl?.grants.filter(({ grantee }) => grantee.id === exportService);
    expect(granted?.map(({ permission }) => permission).sort()).toEqual(['READ_ACP', 'WRITE']);
  });

  it('is public where its policy lets anybody in and nothing blocks that', async () => {
    const bucket = await anExportBucket();
    const { s3 } = victim().admin;
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucket }));
    const anybody = { Effect: 'Allow' as const, Principal: '*' as const, Action: 's3:GetObject' };
    const Policy = policyText({ ...anybody, Resource: `arn:aws:s3:::${bucket}/*` });
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    expect(await observe.describeBucket({ ...place(), bucket })).toMatchObject({ public: 'yes', gaps: [] });
  });

  it("of a stranger is not the account's own, and what the stranger does not show is a gap", async () => {
    const bucket = named('theirs');
    await createBucket(world().foundation.outsider.admin.s3, bucket);
    const facts = await observe.describeBucket({ ...place(), bucket });
    expect(facts).toMatchObject({ ownedByAccount: 'no', policy: null, public: 'unknown' });
    expect(facts.gaps.map(({ what }) => what)).toContain('bucket policy');
  });

  it('of a partner is known as theirs where it lets us in, and of another of our accounts by its list', async () => {
    const { outsider, forensics, roles } = world().foundation;
    const known = { ourAccounts: [victim().id, forensics.id], partnerAccounts: ['999999999999', outsider.id] };
    const theirs = named('partners');
    await createBucket(outsider.admin.s3, theirs);
    const asked = () => observe.describeBucket({ ...place(), bucket: theirs, ...known });
    expect(await asked()).not.toHaveProperty('owner');
    const lets = { Effect: 'Allow' as const, Principal: { AWS: roles.victim.observe }, Action: 's3:ListBucket' };
    const Policy = policyText({ ...lets, Resource: `arn:aws:s3:::${theirs}` });
    await outsider.admin.s3.send(new PutBucketPolicyCommand({ Bucket: theirs, Policy }));
    expect(await asked()).toMatchObject({ ownedByAccount: 'no', owner: outsider.id });

    const ours = named('ours');
    await createBucket(forensics.admin.s3, ours);
    const facts = await observe.describeBucket({ ...place(), bucket: ours, ...known });
    expect(facts).toMatchObject({ ownedByAccount: 'no', owner: forensics.id });
  });

  it('that is gone says so', async () => {
    const facts = await observe.describeBucket({ ...place(), bucket: 'no-such-bucket-anywhere' });
    expect(facts).toMatchObject({ ownedByAccount: 'unknown', gaps: [{ what: 'bucket' }] });
  });
});

describe('access logs', () => {
  it('tell who read the export, and that a HEAD was none', async () => {
    const [bucket, logs] = [named('exports'), named('logs')];
    const { s3 } = victim().admin;
    await createBucket(s3, bucket);
    await createBucket(s3, logs);
    const delivery = {
      Effect: 'Allow' as const,
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
    };
    const Policy = policyText({ ...delivery, Resource: `arn:aws:s3:::${logs}/*` });
    await s3.send(new PutBucketPolicyCommand({ Bucket: logs, Policy }));
    const LoggingEnabled = { TargetBucket: logs, TargetPrefix: 'access/' };
    await s3.send(new PutBucketLoggingCommand({ Bucket: bucket, BucketLoggingStatus: { LoggingEnabled } }));

    const since = new Date(Date.now() - 60_000).toISOString();
    const object = { Bucket: bucket, Key: 'vms/a b+c.ova' };
    await s3.send(new PutObjectCommand({ ...object, Body: 'x'.repeat(1000) }));
    const eve = await victim().user(named('eve'), { policy: [allow('s3:GetObject')], sourceAddress: '203.0.113.9' });
    await eve.clients.s3.send(new HeadObjectCommand(object));
    await eve.clients.s3.send(new GetObjectCommand({ ...object, Range: 'bytes=0-399' }));
    await eve.clients.s3.send(new GetObjectCommand({ ...object, Range: 'bytes=400-999' }));
    await world().lab.control.deliverLogs();

    const { logging } = await observe.describeBucket({ ...place(), bucket });
    expect(logging).toEqual({ bucket: logs, prefix: 'access/' });
    const facts = await observe.readAccessLogs({ ...place(), bucket, key: object.Key, logging, since });
    expect(facts).toMatchObject({ logging: true, unreadable: 0, gaps: [] });
    expect(facts.reads).toMatchObject([
      { operation: 'REST.GET.OBJECT', requester: eve.arn, address: '203.0.113.9', status: 206, bytes: 1000 },
    ]);
    expect(Date.parse(facts.logsSince ?? '')).toBeGreaterThan(Date.parse(since));
    const window = { from: since, to: new Date().toISOString(), keep: 50 };
    const { events } = await observe.lookupCalls({ ...place(), names: recordingCalls, ...window });
    expect(events.map(({ recording }) => recording)).toContainEqual({
      ...{ effect: 'not less', what: 'switches access logging on', bucket },
    });
  });
});

describe('request metrics', () => {
  it('are counted where the bucket has them, for the export alone, and are none elsewhere', async () => {
    const bucket = await anExportBucket();
    const to = new Date().toISOString();
    const question = { ...place(), bucket, key: 'vms/a.ova', from: new Date(Date.now() - 3_600_000).toISOString(), to };
    expect(await observe.readRequestMetrics(question)).toMatchObject({ filters: [], gaps: [] });

    const { s3, cloudWatch } = victim().admin;
    for (const [Id, Prefix] of [
      ['vms', 'vms/'],
      ['other', 'other/'],
    ] as const) {
      const MetricsConfiguration = { Id, Filter: { Prefix } };
      await s3.send(new PutBucketMetricsConfigurationCommand({ Bucket: bucket, Id, MetricsConfiguration }));
    }
    const Timestamp = new Date(Date.now() - 1_200_000);
    const counted = (FilterId: string, MetricName: string, Value: number) => ({
      ...{ MetricName, Value, Timestamp },
      Dimensions: [
        { Name: 'BucketName', Value: bucket },
        { Name: 'FilterId', Value: FilterId },
      ],
    });
    const MetricData = [
      counted('vms', 'GetRequests', 3),
      counted('vms', 'BytesDownloaded', 3024),
      counted('other', 'BytesDownloaded', 7),
    ];
    await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'AWS/S3', MetricData }));
    expect(await observe.readRequestMetrics(question)).toMatchObject({
      filters: [{ id: 'vms', prefix: 'vms/', requests: 3, bytes: 3024 }],
    });
  });
});

describe('a bucket of another account whose requesters pay', () => {
  it('is read, where who does not offer to pay is refused', async () => {
    const { outsider, roles } = world().foundation;
    const { s3 } = outsider.admin;
    const bucket = named('paid');
    const Key = 'access/2026-01-01-00-00-00-AAAA';
    await createBucket(s3, bucket);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'no line of a log' }));
    const eve = await victim().user(named('eve'), { policy: [allow('s3:*')] });
    const lets = { Effect: 'Allow' as const, Principal: { AWS: [roles.victim.observe, eve.arn] } };
    const Resource = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
    const Policy = policyText({ ...lets, Action: ['s3:GetObject', 's3:ListBucket'], Resource });
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    const RequestPaymentConfiguration = { Payer: 'Requester' as const };
    await s3.send(new PutBucketRequestPaymentCommand({ Bucket: bucket, RequestPaymentConfiguration }));
    const read = (payer: { RequestPayer?: 'requester' }) =>
      eve.clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key, ...payer })).then(() => 'read', codeOf);
    expect([await read({}), await read({ RequestPayer: 'requester' })]).toEqual(['AccessDenied', 'read']);

    const object = { ...place(), bucket, key: Key };
    expect(await observe.describeExportObject(object)).toMatchObject({ size: 16 });
    const logging = { bucket, prefix: 'access/' };
    const since = '2026-01-01T00:00:00Z';
    const facts = await observe.readAccessLogs({ ...object, logging, since });
    expect(facts).toMatchObject({ logObjects: 1, unreadable: 1, gaps: [] });
  });
});

describe('a principal', () => {
  it('is described with its keys and every policy that applies, under the role that may only read', async () => {
    const group = await victim().group(named('ops'), 'group-policy', allow('ec2:*'));
    const user = await victim().user(named('mallory'), { policy: [allow('s3:*')] });
    const { iam } = victim().admin;
    await iam.send(new AddUserToGroupCommand({ UserName: user.name, GroupName: group }));
    const create = { PolicyName: named('export'), PolicyDocument: policyText(allow('ec2:CreateInstanceExportTask')) };
    const { Policy } = await iam.send(new CreatePolicyCommand(create));
    await iam.send(new AttachUserPolicyCommand({ UserName: user.name, PolicyArn: Policy?.Arn }));

    const facts = await observe.describePrincipal({ ...place(), type: 'user', name: user.name });
    expect(facts).toMatchObject({
      name: user.name,
      arn: user.arn,
      accessKeys: [{ accessKeyId: user.credentials.accessKeyId, status: 'Active' }],
      inline: [{ name: 'own-permissions', document: { Statement: [{ Action: 's3:*' }] } }],
      attached: [{ arn: Policy?.Arn, awsManaged: false, attachmentCount: 1 }],
      groups: [{ name: group, inline: [{ document: { Statement: [{ Action: 'ec2:*' }] } }] }],
      gaps: [],
    });
  });

  it('that never was is not found', async () => {
    const nobody = observe.describePrincipal({ ...place(), type: 'role', name: 'nobody' });
    await expect(nobody).rejects.toMatchObject({ type: 'AwsNotFound' });
  });
});

describe('copies of a machine', () => {
  it('are found by the machine or by the trail alone, with whom they are shared with', async () => {
    const { foundation } = world();
    const outsider = foundation.outsider.id;
    const actor = await victim().user(named('mallory'), { policy: [allow('ec2:*')] });
    const { ec2 } = actor.clients;
    const instanceId = await anInstance();
    const { volumes } = await observe.describeInstance({ ...place(), instanceId });
    const [volumeId = ''] = volumes.map((volume) => volume.volumeId);

    const { ImageId: made = '' } = await ec2.send(
      new CreateImageCommand({ InstanceId: instanceId, Name: named('image') }),
    );
    const copying = { SourceImageId: made, SourceRegion: region, Name: named('copy') };
    const { ImageId: copied = '' } = await ec2.send(new CopyImageCommand(copying));
    const LaunchPermission = { Add: [{ UserId: outsider }, { Group: 'all' as const }] };
    await ec2.send(new ModifyImageAttributeCommand({ ImageId: copied, LaunchPermission }));
    const { SnapshotId: first = '' } = await ec2.send(new CreateSnapshotCommand({ VolumeId: volumeId }));
    const source = { SourceSnapshotId: first, SourceRegion: region };
    const { SnapshotId: second = '' } = await ec2.send(new CopySnapshotCommand(source));
    const CreateVolumePermission = { Add: [{ UserId: outsider }] };
    await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId: second, CreateVolumePermission }));
    const { Snapshots = [] } = await ec2.send(
      new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: instanceId } }),
    );
    const third = Snapshots[0]?.SnapshotId ?? '';

    const attribute = { name: 'AccessKeyId' as const, value: actor.credentials.accessKeyId };
    const window = { from: new Date(Date.now() - 60_000).toISOString(), to: new Date().toISOString() };
    const { events } = await observe.lookupTrail({ ...place(), attribute, ...window, keep: 50 });
    const told = events.flatMap(({ copies = [] }) => copies);
    expect(told).toHaveLength(7);
    expect(told).toEqual(
      expect.arrayContaining([
        { kind: 'image', id: made, from: instanceId },
        { kind: 'image', id: copied, from: made, fromRegion: region },
        { kind: 'image', id: copied, sharedWith: [outsider, 'all'] },
        { kind: 'snapshot', id: first, from: volumeId },
        { kind: 'snapshot', id: second, from: first },
        { kind: 'snapshot', id: second, sharedWith: [outsider] },
        { kind: 'snapshot', id: third, from: volumeId },
      ]),
    );

    const nothing = { volumeIds: [], imageIds: [], snapshotIds: [] };
    const shares = async (search: Partial<CopySearch>) => {
      const { copies, gaps } = await observe.describeCopies({ ...place(), ...nothing, ...search });
      expect(gaps).toEqual([]);
      return Object.fromEntries(copies.map(({ id, sharedWith }) => [id, sharedWith]));
    };
    const byMachine = await shares({ instanceId, volumeIds: [volumeId] });
    expect(byMachine).toMatchObject({ [made]: [], [copied]: [outsider, 'all'], [first]: [], [third]: [] });
    // A copy of a snapshot names nothing that leads back to the machine.
    expect(byMachine).not.toHaveProperty(second);
    expect(await shares({ snapshotIds: [second] })).toEqual({ [second]: [outsider] });
  });
});

describe('the trail', () => {
  it('tells what an access key did, in its Region and in that of the global events', async () => {
    const from = new Date(Date.now() - 60_000).toISOString();
    const user = await victim().user(named('mallory'), { policy: [allow(['ec2:DescribeInstances', 'sts:*'])] });
    await user.clients.ec2.send(new DescribeInstancesCommand({}));
    await victim().sessionToken(user);

    const attribute = { name: 'AccessKeyId' as const, value: user.credentials.accessKeyId };
    const to = new Date(Date.now() + 60_000).toISOString();
    const facts = await observe.lookupTrail({ ...place(), attribute, from, to, keep: 10 });
    expect(facts).toMatchObject({
      regions: [region, 'us-east-1'],
      truncated: false,
      countByName: { DescribeInstances: 1, GetSessionToken: 1 },
      gaps: [],
    });
    expect(facts.events.every(({ principalArn }) => principalArn === user.arn)).toBe(true);
  });
});

describe('what anybody in the account did', () => {
  it('is looked up by the names of calls, with what they changed and who called; buckets of trails are known', async () => {
    const { admin, id } = victim();
    const { lab } = world();
    const { cloudTrail } = labClients(lab, lab.root(id), region);
    const logs = named('trail-logs');
    await createBucket(admin.s3, logs);
    await cloudTrail.send(new CreateTrailCommand({ Name: named('trail'), S3BucketName: logs }));
    expect(await observe.trailBuckets(place())).toContain(logs);

    const detached = { Bucket: logs, BucketLoggingStatus: {} };
    await admin.s3.send(new PutBucketLoggingCommand(detached));
    const from = new Date(Date.now() - 60_000).toISOString();
    const to = new Date(Date.now() + 60_000).toISOString();
    const names = ['StopLogging', 'PutBucketLogging'];
    const { events, truncated } = await observe.lookupCalls({ ...place(), names, from, to, keep: 10 });
    const found = events.find(({ recording }) => recording?.bucket === logs);
    expect(found).toMatchObject({
      eventName: 'PutBucketLogging',
      principalArn: `arn:aws:iam::${id}:root`,
      recording: { effect: 'less' },
    });
    expect(truncated).toBe(false);
  });
});

describe('the observe role', () => {
  it('changes nothing: acts under it are refused', async () => {
    const acting = containActivities(world().observing, { protected: { principals: [], buckets: [] } });
    const user = await victim().user(named('mallory'));
    const key = { accessKeyId: user.credentials.accessKeyId, before: 'Active' as const, after: 'Inactive' as const };
    const base = actBase(world());
    const keys = { ...base, act: 'setAccessKeyStatus' as const, userName: user.name, keys: [key] };
    await expect(acting.setAccessKeyStatus(keys)).rejects.toMatchObject({ type: 'AwsAccessDenied' });
    const after = { eventPattern: '{"source":["aws.ec2"]}', description: 'd', targetArn: 'arn:aws:sns:::t' };
    const rule = { ...base, act: 'putEventRule' as const, ruleName: named('rule'), before: null, after };
    await expect(acting.putEventRule(rule)).rejects.toMatchObject({ type: 'AwsAccessDenied' });
  });

  it('is assumed only with the external id', async () => {
    const { foundation, lab } = world();
    const accounts = [{ id: victim().id, roles: foundation.roles.victim }];
    const connection = { endpoint: lab.endpoint, forcePathStyle: true, profile: 'soar-observe' };
    const stranger = observeActivities(awsClients({ ...connection, purpose: 'observe', accounts }));
    const denied = stranger.describeInstance({ ...place(), instanceId: await anInstance() });
    await expect(denied).rejects.toMatchObject({ type: 'AwsAccessDenied' });
  });
});

describe('evidence in a bucket', () => {
  const settings = () => {
    const { lab, foundation } = world();
    return {
      endpoint: lab.endpoint,
      forcePathStyle: true,
      externalId: foundation.externalId,
      profile: 'soar-notify',
      bucket: foundation.buckets.evidence,
      region,
      role: foundation.roles.evidence,
      account: foundation.forensics.id,
      prefix: 'incidents',
    };
  };
  const notify = () => evidenceNotify(settings());

  it('is appended under a role that can do nothing else, and stored once however often it comes', async () => {
    const document = { incidentKey, name: 'trail', content: { b: 1, a: 2 } };
    const ref = await notify().storeEvidence(document);
    expect(await notify().storeEvidence(document)).toEqual(ref);

    const { s3 } = world().foundation.forensics.admin;
    const bucket = world().foundation.buckets.evidence;
    const Key = `incidents/${incidentKey}/trail-${ref.sha256.slice(0, 12)}.json`;
    expect(ref.uri).toBe(`s3://${bucket}/${Key}`);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    expect(await Body?.transformToString()).toBe('{"a":2,"b":1}');
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: Key }));
    expect(Versions.length).toBeLessThanOrEqual(1);

    const own = s3Client(settings(), clientConfig(settings(), region, settings().role, { name: 'soar-notify' }));
    const refused = await Promise.all(
      [
        new GetObjectCommand({ Bucket: bucket, Key }),
        new ListObjectsV2Command({ Bucket: bucket }),
        new DeleteObjectCommand({ Bucket: bucket, Key }),
        new PutObjectCommand({ Bucket: bucket, Key: 'beside-the-incidents', Body: 'x' }),
      ].map((command) => own.send(command as never).then(() => 'done', codeOf)),
    );
    expect(refused).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied', 'AccessDenied']);
    own.destroy();
  });

  it('is added to by who observes only where its own role may', async () => {
    const { roles } = world().foundation;
    const observing = { ...settings(), profile: 'soar-observe', role: roles.evidenceObserved };
    const kept = await keepObserved(observing)?.({ incidentKey, name: 'trail', content: Buffer.from('{}') });
    const { uri = '' } = kept?.evidence?.[0] ?? {};
    expect(uri).toContain(`/incidents/observed/${incidentKey}/trail-`);
    // Nor is it read back: only parts of a trail that is still being looked up are.
    await expect(evidenceStore(observing).read(uri.slice(uri.indexOf('observed/')))).rejects.toMatchObject({
      type: 'AwsAccessDenied',
    });
    // Not where reports lie, and not under the role that the notify worker has.
    await expect(
      evidenceNotify(observing).storeEvidence({ incidentKey, name: 'report', content: {} }),
    ).rejects.toMatchObject({ type: 'AwsAccessDenied' });
    await expect(
      evidenceNotify({ ...observing, role: roles.evidence }).storeEvidence({
        ...{ incidentKey, name: 'report', content: {} },
      }),
    ).rejects.toThrow();
  });

  it('is never overwritten', async () => {
    const { s3 } = world().foundation.forensics.admin;
    const bucket = world().foundation.buckets.evidence;
    const document = { incidentKey, name: 'kept', content: { a: 1 } };
    const { uri } = await notify().storeEvidence(document);
    const Key = uri.replace(`s3://${bucket}/`, '');
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'as it lies there' }));
    await notify().storeEvidence(document);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    expect(await Body?.transformToString()).toBe('as it lies there');
  });
});
