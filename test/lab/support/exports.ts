import { CreateInstanceExportTaskCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { PutBucketAclCommand, PutBucketOwnershipControlsCommand } from '@aws-sdk/client-s3';
import { createBucket } from '../../../src/lab/foundation.ts';
import { exportService } from '../../../src/lab/stage.ts';
import { named, type World } from '../activities-world.ts';

/** Instances of the victim, buckets that they can be exported into, and exports that take their time. */

export async function anInstance({ foundation }: World, tags: Record<string, string> = {}): Promise<string> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const { Instances } = await foundation.victim.admin.ec2.send(
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
export async function anExportBucket({ foundation }: World): Promise<string> {
  const bucket = named('exports');
  const { s3 } = foundation.victim.admin;
  await createBucket(s3, bucket);
  const Rules = [{ ObjectOwnership: 'BucketOwnerPreferred' as const }];
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls: { Rules } }));
  const service = `id=${exportService}`;
  await s3.send(new PutBucketAclCommand({ Bucket: bucket, GrantWrite: service, GrantReadACP: service }));
  return bucket;
}

/** An export of an instance of its own that is finished after `ms`, or when the lab is told to. */
export async function anExport(
  world: World,
  bucket: string,
  ms: number,
): Promise<{ instanceId: string; exportTaskId: string; key: string }> {
  const instanceId = await anInstance(world);
  await world.lab.control.exportDuration(ms);
  const { ExportTask } = await world.foundation.victim.admin.ec2.send(
    new CreateInstanceExportTaskCommand({
      InstanceId: instanceId,
      TargetEnvironment: 'vmware',
      ExportToS3Task: { ContainerFormat: 'ova', DiskImageFormat: 'VMDK', S3Bucket: bucket, S3Prefix: 'vms/' },
    }),
  );
  return { instanceId, exportTaskId: ExportTask?.ExportTaskId ?? '', key: ExportTask?.ExportToS3Task?.S3Key ?? '' };
}
