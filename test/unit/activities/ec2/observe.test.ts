import { describe, expect, it } from 'vitest';
import { ec2Observe } from '../../../../activities/ec2/observe.ts';
import { awsDouble, place, throwing } from '../aws-double.ts';

const observe = (answers: Parameters<typeof awsDouble>[0]) => ec2Observe(awsDouble(answers).clients);
const exportTask = (State: string) => ({
  ExportTasks: [
    {
      ExportTaskId: 'export-i-06deac721898e134d',
      State,
      // Empty while the task is active, as seen on real AWS.
      InstanceExportDetails: {},
      ExportToS3Task: {
        ContainerFormat: 'ova',
        DiskImageFormat: 'VMDK',
        S3Bucket: 'exports',
        S3Key: 'vms/export-i-06deac721898e134d.ova',
      },
    },
  ],
});

describe('describing an instance', () => {
  it('reports tags and the encryption of its volumes', async () => {
    const facts = await observe({
      DescribeInstances: () => ({
        Reservations: [
          {
            Instances: [
              {
                InstanceId: 'i-1',
                State: { Name: 'running' },
                ImageId: 'ami-1',
                PlatformDetails: 'Linux/UNIX',
                Tags: [{ Key: 'owner', Value: 'payments' }],
              },
            ],
          },
        ],
      }),
      DescribeVolumes: () => ({ Volumes: [{ VolumeId: 'vol-1', Encrypted: true, Size: 8 }] }),
      DescribeImages: () => ({ Images: [{ ImageId: 'ami-1', Name: 'payments-2026-01', OwnerId: '111111111111' }] }),
      DescribeInstanceAttribute: () => ({ UserData: { Value: 'c2VjcmV0' } }),
    }).describeInstance({ ...place, instanceId: 'i-1' });
    expect(facts).toEqual({
      instanceId: 'i-1',
      state: 'running',
      imageId: 'ami-1',
      image: { name: 'payments-2026-01', owner: '111111111111' },
      userData: true,
      platform: 'Linux/UNIX',
      tags: { owner: 'payments' },
      volumes: [{ volumeId: 'vol-1', encrypted: true, sizeGiB: 8 }],
    });
  });

  it('says that its image is gone, and that there is no user data', async () => {
    for (const DescribeImages of [throwing('InvalidAMIID.NotFound', 400), () => ({ Images: [] })]) {
      const facts = await observe({
        DescribeInstances: () => ({ Reservations: [{ Instances: [{ InstanceId: 'i-1', ImageId: 'ami-1' }] }] }),
        DescribeVolumes: () => ({}),
        DescribeImages,
        DescribeInstanceAttribute: () => ({ UserData: {} }),
      }).describeInstance({ ...place, instanceId: 'i-1' });
      expect(facts).toMatchObject({ imageId: 'ami-1', image: null, userData: false });
    }
  });

  it('says what EC2 will not tell of it, and is described all the same', async () => {
    const facts = await observe({
      DescribeInstances: () => ({ Reservations: [{ Instances: [{ InstanceId: 'i-1', ImageId: 'ami-1' }] }] }),
      DescribeVolumes: () => ({}),
    }).describeInstance({ ...place, instanceId: 'i-1' });
    expect(facts).not.toHaveProperty('image');
    expect(facts).not.toHaveProperty('userData');
    const missing = facts.gaps?.map(({ what }) => what).sort();
    expect(missing).toEqual(['image ami-1', 'whether it has user data']);
  });

  it('fails for good when the instance is gone', async () => {
    const gone = { DescribeInstances: throwing('InvalidInstanceID.NotFound', 400), DescribeVolumes: () => ({}) };
    await expect(observe(gone).describeInstance({ ...place, instanceId: 'i-1' })).rejects.toMatchObject({
      type: 'AwsNotFound',
      nonRetryable: true,
    });
  });
});

describe('describing an export task', () => {
  it('reports where the image goes, and leaves out what EC2 does not say while the task is active', async () => {
    const facts = await observe({ DescribeExportTasks: () => exportTask('active') }).describeExportTask({
      ...place,
      exportTaskId: 'export-i-06deac721898e134d',
    });
    expect(facts).toEqual({
      exportTaskId: 'export-i-06deac721898e134d',
      state: 'active',
      bucket: 'exports',
      key: 'vms/export-i-06deac721898e134d.ova',
      diskImageFormat: 'VMDK',
      containerFormat: 'ova',
    });
  });

  it('asks the other call for tasks of ExportImage, whose states are named differently', async () => {
    const { clients, calls } = awsDouble({
      DescribeExportImageTasks: () => ({
        ExportImageTasks: [
          {
            ExportImageTaskId: 'export-ami-9dadaf55b2b57810t',
            Status: 'deleted',
            S3ExportLocation: { S3Bucket: 'exports', S3Prefix: 'x/' },
          },
        ],
      }),
    });
    const exportTaskId = 'export-ami-9dadaf55b2b57810t';
    const facts = await ec2Observe(clients).describeExportTask({ ...place, exportTaskId });
    expect(facts).toEqual({ exportTaskId, state: 'cancelled', bucket: 'exports' });
    expect(calls).toEqual(['DescribeExportImageTasks']);
  });

  it('fails for good when EC2 has forgotten the task, whether it says so or answers with nothing', async () => {
    const task = { ...place, exportTaskId: 'export-i-1' };
    for (const DescribeExportTasks of [throwing('InvalidExportTaskID.NotFound', 400), () => ({ ExportTasks: [] })]) {
      await expect(observe({ DescribeExportTasks }).describeExportTask(task)).rejects.toMatchObject({
        type: 'AwsNotFound',
      });
    }
  });
});

describe('awaiting an export task', () => {
  it('is asked again while the task runs, and returns once it is final', async () => {
    const task = { ...place, exportTaskId: 'export-i-06deac721898e134d' };
    const running = observe({ DescribeExportTasks: () => exportTask('active') }).awaitExportTask(task);
    await expect(running).rejects.toMatchObject({ type: 'NotYet', nonRetryable: false });
    const final = observe({ DescribeExportTasks: () => exportTask('completed') }).awaitExportTask(task);
    await expect(final).resolves.toMatchObject({ state: 'completed' });
  });
});
