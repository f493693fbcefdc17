import { DescribeInstancesCommand, DescribeVolumesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { AdminClients } from './admin.ts';
import type { Buckets } from './buckets.ts';
import { ownBucket, writable, type Refusal } from './export-target.ts';
import { ec2Reply, errorReply, escapeXml, type LabReply } from './reply.ts';
import { numbered, requestTags } from './request-lists.ts';
import type { Task, Tasks } from './task.ts';
import type { LabRequest } from './lab-request.ts';

/** What the EC2 calls about exports work with. */
export interface ExportContext {
  admin: AdminClients;
  buckets: Buckets;
  tasks: Tasks;
}

export async function createInstanceExportTask(
  context: ExportContext,
  request: LabRequest,
  account: string,
): Promise<LabReply> {
  const { form, region } = request;
  const bucket = form.get('ExportToS3.S3Bucket') ?? '';
  const instanceId = form.get('InstanceId') ?? '';
  const environment = form.get('TargetEnvironment') ?? '';
  const disk = form.get('ExportToS3.DiskImageFormat') ?? 'VMDK';
  const container = form.get('ExportToS3.ContainerFormat') ?? '';
  const refuse = (refusal: Refusal) => errorReply(request, 400, refusal.code, refusal.message);

  if (bucket === '') {
    return refuse({ code: 'MissingParameter', message: 'The request must contain the parameter ExportToS3' });
  }
  if (!['citrix', 'vmware', 'microsoft'].includes(environment.toLowerCase())) {
    return refuse({ code: 'InvalidParameter', message: `Invalid target environment: ${environment}` });
  }
  const notExportable = await instanceRefusal(context.admin.ec2(account, region), instanceId);
  if (notExportable) return refuse(notExportable);

  const id = context.tasks.newId('export-i');
  // AWS adds no slash between prefix and task id.
  const extension = container === '' ? disk.toLowerCase() : container.toLowerCase();
  const key = `${form.get('ExportToS3.S3Prefix') ?? ''}${id}.${extension}`;
  const target = { bucket, key, region, owner: account };
  const refusal =
    (await ownBucket(context.admin, context.buckets, account, target)) ??
    (await writable(context.admin.s3(account, region), target));
  if (refusal) return refuse(refusal);
  if (context.tasks.limitReached(account, region)) {
    const message = 'You have reached the limit of 5 conversion tasks in progress in this Region.';
    return refuse({ code: 'ResourceLimitExceeded', message });
  }

  const task = context.tasks.start({
    kind: 'instance',
    id,
    account,
    region,
    description: form.get('Description') ?? '',
    source: instanceId,
    target,
    format: disk,
    tags: requestTags(form),
    request: { environment, container },
  });
  return ec2Reply(request.operation, `<exportTask>${taskXml(task)}</exportTask>`);
}

/** Lists image exports too, as AWS does. */
export function describeExportTasks(context: ExportContext, request: LabRequest, account: string): LabReply {
  const known = context.tasks.list(account, request.region).filter((task) => task.kind !== 'store');
  const wanted = numbered(request.form, 'ExportTaskId');
  const unknown = wanted.find((id) => !known.some((task) => task.id === id));
  if (unknown !== undefined) return unknownTask(request, unknown);
  const items = known.filter((task) => wanted.length === 0 || wanted.includes(task.id));
  const isSparse = (task: Task) => context.tasks.sparseActiveTasks && task.state === 'active';
  const inner = items.map((task) => `<item>${taskXml(task, isSparse(task))}</item>`).join('');
  return ec2Reply(request.operation, `<exportTaskSet>${inner}</exportTaskSet>`);
}

export function cancelExportTask(context: ExportContext, request: LabRequest, account: string): LabReply {
  const id = request.form.get('ExportTaskId') ?? '';
  const task = context.tasks.list(account, request.region).find((each) => each.id === id && each.kind !== 'store');
  if (task === undefined) return unknownTask(request, id);
  if (task.state !== 'active' || task.transferring) {
    const message = `The export task ${id} is in the state ${task.state} and cannot be cancelled.`;
    return errorReply(request, 400, 'IncorrectState', message);
  }
  context.tasks.cancel(task);
  return ec2Reply(request.operation, '<return>true</return>');
}

function unknownTask(request: LabRequest, id: string): LabReply {
  return errorReply(request, 400, 'InvalidExportTaskID.NotFound', `The export task ID '${id}' does not exist`);
}

/** Refuses an unknown instance, and one whose volumes are encrypted. */
async function instanceRefusal(ec2: EC2Client, instanceId: string): Promise<Refusal | undefined> {
  try {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
    const instance = Reservations[0]?.Instances?.[0];
    const volumeIds = (instance?.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.VolumeId ?? []);
    if (volumeIds.length === 0) return undefined;
    const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: volumeIds }));
    if (!Volumes.some((volume) => volume.Encrypted)) return undefined;
    return {
      code: 'NotExportable',
      message: `The instance ${instanceId} contains encrypted EBS block device(s) and is not exportable.`,
    };
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    return { code: cause.name, message: cause.message };
  }
}

function taskXml(task: Task, sparse = false): string {
  const { environment = '', container = '' } = task.request;
  const instance = `<instanceId>${task.source}</instanceId><targetEnvironment>${environment}</targetEnvironment>`;
  const tags = task.tags.map(({ key, value }) => {
    return `<item><key>${escapeXml(key)}</key><value>${escapeXml(value)}</value></item>`;
  });
  return [
    `<exportTaskId>${task.id}</exportTaskId>`,
    `<description>${escapeXml(task.description)}</description>`,
    `<state>${task.state}</state>`,
    `<statusMessage>${escapeXml(task.statusMessage)}</statusMessage>`,
    `<instanceExport>${task.kind === 'instance' && !sparse ? instance : ''}</instanceExport>`,
    `<exportToS3><diskImageFormat>${task.format}</diskImageFormat>`,
    container === '' ? '' : `<containerFormat>${container}</containerFormat>`,
    `<s3Bucket>${task.target.bucket}</s3Bucket><s3Key>${escapeXml(task.target.key)}</s3Key></exportToS3>`,
    `<tagSet>${tags.join('')}</tagSet>`,
  ].join('');
}
