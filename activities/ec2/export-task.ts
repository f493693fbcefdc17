import {
  DescribeExportImageTasksCommand,
  DescribeExportTasksCommand,
  type EC2Client,
  type ExportImageTask,
  type ExportTask,
} from '@aws-sdk/client-ec2';
import type { ExportTaskFacts } from '../../src/domain/findings/facts.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { aws, failure } from '../aws/failures.ts';
import { given } from '../aws/given.ts';

type State = ExportTaskFacts['state'];

/** ExportImage's tasks have states of their own: `deleted` is what a cancelled one ends in. */
const imageStates: Record<string, State> = {
  active: 'active',
  completed: 'completed',
  deleting: 'cancelling',
  deleted: 'cancelled',
  cancelling: 'cancelling',
  cancelled: 'cancelled',
  failed: 'cancelled',
};

const ofInstance = (task: ExportTask): ExportTaskFacts => ({
  exportTaskId: task.ExportTaskId ?? '',
  state: task.State ?? 'active',
  ...given({
    statusMessage: task.StatusMessage,
    // Comes back empty while the task is active.
    instanceId: task.InstanceExportDetails?.InstanceId,
    targetEnvironment: task.InstanceExportDetails?.TargetEnvironment,
    bucket: task.ExportToS3Task?.S3Bucket,
    key: task.ExportToS3Task?.S3Key,
    diskImageFormat: task.ExportToS3Task?.DiskImageFormat,
    containerFormat: task.ExportToS3Task?.ContainerFormat,
  }),
});

/** Says neither format nor key: both come from the alert. */
const ofImage = (task: ExportImageTask): ExportTaskFacts => ({
  exportTaskId: task.ExportImageTaskId ?? '',
  state: imageStates[task.Status ?? 'active'] ?? 'active',
  ...given({ statusMessage: task.StatusMessage, bucket: task.S3ExportLocation?.S3Bucket }),
});

/** Reads an export task; those of ExportImage carry `export-ami-` ids and are known to another call only. */
export async function readExportTask(ec2: EC2Client, exportTaskId: string): Promise<ExportTaskFacts> {
  const what = `reading export task ${exportTaskId}`;
  const facts = await aws(what, async () => {
    if (exportTaskId.startsWith('export-ami-')) {
      const answer = await ec2.send(new DescribeExportImageTasksCommand({ ExportImageTaskIds: [exportTaskId] }));
      return answer.ExportImageTasks?.map(ofImage)[0];
    }
    const answer = await ec2.send(new DescribeExportTasksCommand({ ExportTaskIds: [exportTaskId] }));
    return answer.ExportTasks?.map(ofInstance)[0];
  });
  if (!facts) throw failure(failureTypes.notFound, `${what}: EC2 does not know it any more; CloudTrail still does`);
  return facts;
}
