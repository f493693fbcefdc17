import { CreateInstanceExportTaskCommand, DescribeExportTasksCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { PutBucketAclCommand, PutBucketOwnershipControlsCommand } from '@aws-sdk/client-s3';
import { vmExportCanonicalId } from '../../../src/lab/aws/vm-export-canonical-ids.ts';
import { region } from '../../../src/lab/clients.ts';
import { createBucket } from '../../../src/lab/foundation.ts';
import { incidentKey, unlessNone, type Row } from '../row.ts';

export const cancelExportTask: Row = {
  service: 'ec2',
  calls: [{ operation: 'CancelExportTask' }],
  noInverse: 'a cancelled export cannot go on',
  scene: async ({ lab, foundation: { victim } }, bucket) => {
    const { ec2, s3 } = victim.admin;
    await createBucket(s3, bucket);
    const Rules = [{ ObjectOwnership: 'BucketOwnerPreferred' as const }];
    await s3.send(new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls: { Rules } }));
    const service = `id=${vmExportCanonicalId(region)}`;
    await s3.send(new PutBucketAclCommand({ Bucket: bucket, GrantWrite: service, GrantReadACP: service }));
    const run = new RunInstancesCommand({ ImageId: 'ami-0abcdef1234567890', MinCount: 1, MaxCount: 1 });
    const { ExportTask } = await ec2.send(
      new CreateInstanceExportTaskCommand({
        InstanceId: (await ec2.send(run)).Instances?.[0]?.InstanceId,
        TargetEnvironment: 'vmware',
        ExportToS3Task: { ContainerFormat: 'ova', DiskImageFormat: 'VMDK', S3Bucket: bucket, S3Prefix: 'vms/' },
      }),
    );
    const exportTaskId = ExportTask?.ExportTaskId ?? '';
    return {
      input: { act: 'cancelExportTask', incidentKey, accountId: victim.id, region, exportTaskId },
      names: exportTaskId,
      arn: '*',
      state: async () => {
        const describe = new DescribeExportTasksCommand({ ExportTaskIds: [exportTaskId] });
        return (await unlessNone(ec2.send(describe)))?.ExportTasks?.[0]?.State ?? null;
      },
      after: () => 'cancelled',
      change: () => lab.control.finishExports(exportTaskId),
      remove: () => lab.control.forgetExport(exportTaskId),
    };
  },
};
