import { DescribeImagesCommand, ExportImageCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { PutInventoryCommand } from '@aws-sdk/client-ssm';
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { containActivities } from '../../activities/contain.ts';
import { keepingEvidence } from '../../activities/evidence/observed.ts';
import { observeActivities, type ObserveActivities } from '../../activities/observe.ts';
import { allow } from '../../src/lab/account.ts';
import { region } from '../../src/lab/clients.ts';
import { actBase, incidentKey, sharedWorld } from './activities-world.ts';
import { anExport, anExportBucket, anInstance } from './support/exports.ts';

const world = sharedWorld();
let observe: ObserveActivities;
beforeEach(async () => {
  observe = observeActivities(world().observing);
  await world().lab.control.clearFaults();
});

const victim = () => world().foundation.victim;
const place = () => ({ accountId: victim().id, region });

describe('an instance', () => {
  it('is described with its tags and volumes', async () => {
    const instanceId = await anInstance(world(), { Owner: 'payments', Environment: 'production' });
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
    expect(await observe.describeInstance({ ...place(), instanceId: await anInstance(world()) })).toMatchObject({
      userData: false,
    });
  });

  it('that never was is not found, for good', async () => {
    const gone = observe.describeInstance({ ...place(), instanceId: 'i-0000000000000dead' });
    await expect(gone).rejects.toMatchObject({ type: 'AwsNotFound', nonRetryable: true });
  });

  it('is described by the attempt after AWS asked for fewer requests', async () => {
    const instanceId = await anInstance(world());
    await world().lab.control.fault({ service: 'ec2', operation: 'DescribeInstances', kind: 'throttle', times: 2 });
    const throttled = observe.describeInstance({ ...place(), instanceId });
    await expect(throttled).rejects.toMatchObject({ type: 'AwsThrottled', nonRetryable: false });
    await expect(observe.describeInstance({ ...place(), instanceId })).resolves.toMatchObject({ instanceId });
  });
});

describe('an export task', () => {
  it('is not finished while it runs, and described once it has completed', async () => {
    const bucket = await anExportBucket(world());
    const { exportTaskId, key } = await anExport(world(), bucket, 600_000);
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
    const bucket = await anExportBucket(world());
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
    const instanceId = await anInstance(world());
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
    expect(await observe.describeSoftware({ ...place(), instanceId: await anInstance(world()) })).toEqual(nothing);
    expect(await observe.describeSoftware({ ...place(), instanceId: 'none' })).toEqual(nothing);
  });
});
