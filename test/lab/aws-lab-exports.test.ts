import {
  CancelExportTaskCommand,
  CreateInstanceExportTaskCommand,
  DescribeExportTasksCommand,
  RunInstancesCommand,
  waitUntilExportTaskCompleted,
  type CreateInstanceExportTaskCommandInput,
} from '@aws-sdk/client-ec2';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FORENSICS, startAwsLab, VICTIM, type AwsLab } from '../../src/lab/aws/aws-lab.ts';
import {
  allow,
  createUser,
  exportBucket,
  labClients,
  policy,
  runInstance,
  vmExportStatement,
} from './support/scene.ts';
import { vmExportCanonicalId } from '../../src/lab/aws/vm-export-canonical-ids.ts';

let lab: AwsLab;
let instance: string;
beforeAll(async () => {
  lab = await startAwsLab({ exportMs: 60_000 });
});
afterAll(() => lab.stop());
beforeEach(async () => {
  await lab.control.reset();
  await lab.control.exportDuration(60_000);
  instance = await runInstance(lab, VICTIM, 'payroll');
});

const root = () => labClients(lab, lab.root(VICTIM));
const to = (bucket: string): CreateInstanceExportTaskCommandInput => ({
  InstanceId: instance,
  TargetEnvironment: 'vmware',
  Description: 'monthly <backup> & more',
  ExportToS3Task: { ContainerFormat: 'ova', DiskImageFormat: 'VMDK', S3Bucket: bucket, S3Prefix: 'vms/payroll-' },
});
const exportTo = async (bucket: string) => {
  const { ExportTask } = await root().ec2.send(new CreateInstanceExportTaskCommand(to(bucket)));
  return ExportTask!;
};
const state = async (id: string) => {
  const { ExportTasks } = await root().ec2.send(new DescribeExportTasksCommand({ ExportTaskIds: [id] }));
  return ExportTasks![0]!;
};

describe('an instance export', () => {
  it('writes the image where prefix and task id say, when it is done', async () => {
    await exportBucket(lab, VICTIM, 'exports');
    await lab.control.exportDuration(50);
    const task = await exportTo('exports');
    expect(task).toMatchObject({
      State: 'active',
      Description: 'monthly <backup> & more',
      InstanceExportDetails: { InstanceId: instance, TargetEnvironment: 'vmware' },
      ExportToS3Task: { S3Bucket: 'exports', S3Key: `vms/payroll-${task.ExportTaskId!}.ova`, ContainerFormat: 'ova' },
    });

    await waitUntilExportTaskCompleted(
      { client: root().ec2, maxWaitTime: 10, minDelay: 1, maxDelay: 1 },
      { ExportTaskIds: [task.ExportTaskId!] },
    );
    const object = { Bucket: 'exports', Key: task.ExportToS3Task!.S3Key! };
    expect(await root().s3.send(new HeadObjectCommand(object))).toMatchObject({ ContentLength: 65_536 });
  });

  it('can be finished at once, with the same bytes for the same task', async () => {
    await exportBucket(lab, VICTIM, 'exports');
    const task = await exportTo('exports');
    await lab.control.finishExports();
    expect((await state(task.ExportTaskId!)).State).toBe('completed');
    const image = await root().s3.send(new GetObjectCommand({ Bucket: 'exports', Key: task.ExportToS3Task!.S3Key! }));
    const { imageContent } = await import('../../src/lab/aws/image-content.ts');
    expect(imageContent(task.ExportTaskId!, 65_536).equals(await image.Body!.transformToByteArray())).toBe(true);
  });

  it('can be finished, or forgotten, while another goes on', async () => {
    await exportBucket(lab, VICTIM, 'exports');
    const [done = '', old = '', other = ''] = await Promise.all(
      ['exports', 'exports', 'exports'].map(async (bucket) => (await exportTo(bucket)).ExportTaskId),
    );
    await lab.control.finishExports(done);
    await lab.control.forgetExport(old);
    expect((await state(done)).State).toBe('completed');
    expect((await state(other)).State).toBe('active');
    await expect(state(old)).rejects.toMatchObject({ name: 'InvalidExportTaskID.NotFound' });
  });

  it('goes from cancelling to cancelled and leaves no object', async () => {
    await exportBucket(lab, VICTIM, 'exports');
    const task = await exportTo('exports');
    await root().ec2.send(new CancelExportTaskCommand({ ExportTaskId: task.ExportTaskId }));
    expect((await state(task.ExportTaskId!)).State).toBe('cancelling');
    await expect.poll(async () => (await state(task.ExportTaskId!)).State).toBe('cancelled');
    await lab.control.finishExports();
    const head = new HeadObjectCommand({ Bucket: 'exports', Key: task.ExportToS3Task!.S3Key! });
    await expect(root().s3.send(head)).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('cannot be cancelled once the image is written, nor when it is unknown', async () => {
    await exportBucket(lab, VICTIM, 'exports');
    const task = await exportTo('exports');
    await lab.control.finishExports();
    const cancel = (id: string) => root().ec2.send(new CancelExportTaskCommand({ ExportTaskId: id }));
    await expect(cancel(task.ExportTaskId!)).rejects.toMatchObject({ name: 'IncorrectState' });
    await expect(cancel('export-i-0')).rejects.toMatchObject({ name: 'InvalidExportTaskID.NotFound' });
  });

  it('is refused beyond five at a time', async () => {
    await exportBucket(lab, VICTIM, 'exports');
    for (let n = 0; n < 5; n++) await exportTo('exports');
    await expect(exportTo('exports')).rejects.toMatchObject({ name: 'ResourceLimitExceeded' });
  });

  it('is authorised by IAM before anything else', async () => {
    await exportBucket(lab, VICTIM, 'exports');
    const { ec2 } = labClients(lab, await createUser(lab, VICTIM, 'reader', allow('ec2:Describe*')));
    const attempt = ec2.send(new CreateInstanceExportTaskCommand(to('exports')));
    await expect(attempt).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  });
});

describe('an instance export is refused', () => {
  const refused = (message: RegExp) => ({
    name: 'InvalidParameter',
    message: expect.stringMatching(message) as string,
  });

  it('for an unknown instance and for encrypted volumes', async () => {
    await exportBucket(lab, VICTIM, 'exports');
    instance = 'i-00000000000000000';
    await expect(exportTo('exports')).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });

    const { Instances } = await root().ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-0abcdef1234567890',
        MinCount: 1,
        MaxCount: 1,
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeSize: 8 } }],
      }),
    );
    instance = Instances![0]!.InstanceId!;
    await expect(exportTo('exports')).rejects.toMatchObject({ name: 'NotExportable' });
  });

  it('for a bucket of another account or Region, and a missing one', async () => {
    await exportBucket(lab, FORENSICS, 'elsewhere');
    await expect(exportTo('elsewhere')).rejects.toMatchObject(refused(/another account/));
    await expect(exportTo('missing')).rejects.toMatchObject(refused(/does not exist/));

    const { s3 } = labClients(lab, lab.root(VICTIM), 'eu-west-1');
    const configuration = { LocationConstraint: 'eu-west-1' } as const;
    await s3.send(new CreateBucketCommand({ Bucket: 'ireland', CreateBucketConfiguration: configuration }));
    await expect(exportTo('ireland')).rejects.toMatchObject(refused(/not local to the region/));
  });

  it('for enforced bucket ownership, SSE-KMS, and a missing grant', async () => {
    await root().s3.send(new CreateBucketCommand({ Bucket: 'enforced' }));
    await expect(exportTo('enforced')).rejects.toMatchObject(refused(/ownership/));

    await exportBucket(lab, VICTIM, 'kms');
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const } };
    const encryption = { Bucket: 'kms', ServerSideEncryptionConfiguration: { Rules: [rule] } };
    await root().s3.send(new PutBucketEncryptionCommand(encryption));
    await expect(exportTo('kms')).rejects.toMatchObject(refused(/SSE-KMS/));

    await exportBucket(lab, VICTIM, 'closed');
    const other = { ...vmExportStatement('closed'), Resource: ['arn:aws:s3:::closed', 'arn:aws:s3:::closed/other/*'] };
    await root().s3.send(new PutBucketPolicyCommand({ Bucket: 'closed', Policy: policy(other) }));
    await expect(exportTo('closed')).rejects.toMatchObject(refused(/Insufficient permissions.*s3:PutObject/));
  });

  it.each([
    ['everybody', { Principal: '*' }],
    ['the service', { Principal: { CanonicalUser: vmExportCanonicalId('us-east-1') } }],
    [
      'all but one role',
      { Principal: '*', Condition: { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${VICTIM}:role/responder` } } },
    ],
    ['all but AWS services', { Principal: '*', Condition: { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } } }],
  ])('when the bucket policy denies PutObject to %s', async (_whom, part) => {
    const deny = { Effect: 'Deny', Action: 's3:PutObject', Resource: 'arn:aws:s3:::exports/vms/*', ...part };
    await exportBucket(lab, VICTIM, 'exports', deny);
    await expect(exportTo('exports')).rejects.toMatchObject(refused(/the bucket policy denies s3:PutObject/));
  });
});

describe('the bucket', () => {
  it('lets the service in by ACL grants as well', async () => {
    await root().s3.send(new CreateBucketCommand({ Bucket: 'by-acl' }));
    const controls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] };
    await root().s3.send(new PutBucketOwnershipControlsCommand({ Bucket: 'by-acl', OwnershipControls: controls }));
    const id = vmExportCanonicalId('us-east-1');
    const grants = { GrantWrite: `id=${id}`, GrantReadACP: `id=${id}` };
    await root().s3.send(new PutBucketAclCommand({ Bucket: 'by-acl', ...grants }));
    expect((await exportTo('by-acl')).State).toBe('active');
  });

  it('decides again when the image is written: a Deny in between cancels the task', async () => {
    await exportBucket(lab, VICTIM, 'exports');
    const task = await exportTo('exports');
    const deny = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::exports/*' };
    const locked = policy(vmExportStatement('exports'), deny);
    await root().s3.send(new PutBucketPolicyCommand({ Bucket: 'exports', Policy: locked }));
    await lab.control.finishExports();
    expect(await state(task.ExportTaskId!)).toMatchObject({
      State: 'cancelled',
      StatusMessage: expect.stringContaining('denies s3:PutObject') as string,
    });
  });

  it('that only denies reading does not stop a running export', async () => {
    await exportBucket(lab, VICTIM, 'exports');
    const task = await exportTo('exports');
    const deny = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::exports/vms/*' };
    const locked = policy(vmExportStatement('exports'), deny);
    await root().s3.send(new PutBucketPolicyCommand({ Bucket: 'exports', Policy: locked }));
    await lab.control.finishExports();
    expect((await state(task.ExportTaskId!)).State).toBe('completed');
  });
});

it('descriptions of active tasks can lack the instance, as on AWS', async () => {
  const sparse = await startAwsLab({ exportMs: 60_000, sparseActiveTasks: true });
  try {
    await exportBucket(sparse, VICTIM, 'exports');
    instance = await runInstance(sparse, VICTIM, 'payroll');
    const { ec2 } = labClients(sparse, sparse.root(VICTIM));
    const created = await ec2.send(new CreateInstanceExportTaskCommand(to('exports')));
    expect(created.ExportTask!.InstanceExportDetails).toMatchObject({ InstanceId: instance });
    const describe = async () => (await ec2.send(new DescribeExportTasksCommand({}))).ExportTasks![0]!;
    expect((await describe()).InstanceExportDetails?.InstanceId).toBeUndefined();
    await sparse.control.finishExports();
    expect((await describe()).InstanceExportDetails).toMatchObject({ InstanceId: instance });
  } finally {
    await sparse.stop();
  }
});
