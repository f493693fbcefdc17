import {
  CancelExportTaskCommand,
  CreateStoreImageTaskCommand,
  DescribeExportImageTasksCommand,
  DescribeExportTasksCommand,
  DescribeInstanceAttributeCommand,
  DescribeStoreImageTasksCommand,
  ExportImageCommand,
  ModifyInstanceAttributeCommand,
  RegisterImageCommand,
} from '@aws-sdk/client-ec2';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startAwsLab, VICTIM, type AwsLab } from '../../src/lab/aws/aws-lab.ts';
import { allow, createUser, labClients, policy, runInstance } from './support/scene.ts';

let lab: AwsLab;
let image: string;
beforeAll(async () => {
  lab = await startAwsLab({ exportMs: 60_000, imageBytes: 1000 });
});
afterAll(() => lab.stop());
beforeEach(async () => {
  await lab.control.reset();
  image = (await root().ec2.send(new RegisterImageCommand({ Name: 'payroll' }))).ImageId!;
  await root().s3.send(new CreateBucketCommand({ Bucket: 'exports' }));
});

const root = () => labClients(lab, lab.root(VICTIM));
const createVmimport = () => {
  const trust = { Effect: 'Allow', Principal: { Service: 'vmie.amazonaws.com' }, Action: 'sts:AssumeRole' };
  return root().iam.send(new CreateRoleCommand({ RoleName: 'vmimport', AssumeRolePolicyDocument: policy(trust) }));
};
const exportImage = (more = {}) =>
  new ExportImageCommand({
    ImageId: image,
    DiskImageFormat: 'VMDK',
    S3ExportLocation: { S3Bucket: 'exports', S3Prefix: 'amis/' },
    ...more,
  });

describe('an image export', () => {
  it('needs its role, but no grant of the bucket', async () => {
    const withoutRole = { name: 'InvalidParameter', message: expect.stringContaining('vmimport') as string };
    await expect(root().ec2.send(exportImage())).rejects.toMatchObject(withoutRole);
    await createVmimport();
    const { ExportImageTaskId: id = '' } = await root().ec2.send(exportImage());
    const described = await root().ec2.send(new DescribeExportImageTasksCommand({ ExportImageTaskIds: [id] }));
    expect(described.ExportImageTasks).toMatchObject([
      { ExportImageTaskId: id, Status: 'active', S3ExportLocation: { S3Bucket: 'exports', S3Prefix: 'amis/' } },
    ]);
    await lab.control.finishExports();
    const head = new HeadObjectCommand({ Bucket: 'exports', Key: `amis/${id}.vmdk` });
    expect((await root().s3.send(head)).ContentLength).toBe(1000);
  });

  it('shows among the export tasks and is cancelled like one', async () => {
    await createVmimport();
    const { ExportImageTaskId: id = '' } = await root().ec2.send(exportImage());
    const { ExportTasks } = await root().ec2.send(new DescribeExportTasksCommand({}));
    expect(ExportTasks).toMatchObject([{ ExportTaskId: id, State: 'active', ExportToS3Task: { S3Bucket: 'exports' } }]);
    await root().ec2.send(new CancelExportTaskCommand({ ExportTaskId: id }));
    const status = async () =>
      (await root().ec2.send(new DescribeExportImageTasksCommand({}))).ExportImageTasks![0]!.Status;
    expect(await status()).toBe('deleting');
    await expect.poll(status).toBe('deleted');
  });

  it('as a dry run proves the permission, which the trail records as an error', async () => {
    await createVmimport();
    await expect(root().ec2.send(exportImage({ DryRun: true }))).rejects.toMatchObject({ name: 'DryRunOperation' });
    const powerless = await createUser(lab, VICTIM, 'powerless', allow('s3:*'));
    const refused = labClients(lab, powerless).ec2.send(exportImage({ DryRun: true }));
    await expect(refused).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    expect(await lab.control.trail({ eventName: 'ExportImage' })).toMatchObject([
      {
        errorCode: 'Client.DryRunOperation',
        requestParameters: {
          ExportImageRequest: {
            ImageId: image,
            DiskImageFormat: 'VMDK',
            S3ExportLocation: { S3Bucket: 'exports', S3Prefix: 'amis/' },
          },
        },
      },
      { errorCode: 'Client.UnauthorizedOperation' },
    ]);
  });
});

it('a stored image becomes an object that is named after it', async () => {
  const store = new CreateStoreImageTaskCommand({ ImageId: image, Bucket: 'exports' });
  expect((await root().ec2.send(store)).ObjectKey).toBe(`${image}.bin`);
  const tasks = async () =>
    (await root().ec2.send(new DescribeStoreImageTasksCommand({ ImageIds: [image] }))).StoreImageTaskResults;
  expect(await tasks()).toMatchObject([{ AmiId: image, Bucket: 'exports', StoreTaskState: 'InProgress' }]);
  await lab.control.finishExports();
  expect(await tasks()).toMatchObject([{ S3objectKey: `${image}.bin`, StoreTaskState: 'Completed' }]);
  const head = new HeadObjectCommand({ Bucket: 'exports', Key: `${image}.bin` });
  expect((await root().s3.send(head)).ContentLength).toBe(1000);
  const [record] = await lab.control.trail({ eventName: 'CreateStoreImageTask' });
  expect(record).toMatchObject({
    requestParameters: { CreateStoreImageTaskRequest: { ImageId: image, Bucket: 'exports' } },
    responseElements: { CreateStoreImageTaskResponse: { objectKey: `${image}.bin` } },
  });
});

it('an unknown image is refused', async () => {
  const store = new CreateStoreImageTaskCommand({ ImageId: 'ami-00000000000000000', Bucket: 'exports' });
  await expect(root().ec2.send(store)).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' });
});

it('termination protection of an instance can be set and read', async () => {
  const { ec2 } = root();
  const InstanceId = await runInstance(lab, VICTIM, 'payroll');
  const isProtected = async () => {
    const command = new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'disableApiTermination' });
    return (await ec2.send(command)).DisableApiTermination!.Value;
  };
  expect(await isProtected()).toBe(false);
  await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value: true } }));
  expect(await isProtected()).toBe(true);
});
