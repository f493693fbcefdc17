import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { ownBucket, type Refusal } from './export-target.ts';
import type { ExportContext } from './export-tasks.ts';
import { ec2Reply, errorReply, escapeXml, type LabReply } from './reply.ts';
import { numbered, requestTags } from './request-lists.ts';
import type { Task, TaskState } from './task.ts';
import type { LabRequest } from './lab-request.ts';

/** ExportImage writes as a role of the account (`vmimport` unless named), so the bucket needs no grant. */
export async function exportImage(context: ExportContext, request: LabRequest, account: string): Promise<LabReply> {
  const { form, region } = request;
  const imageId = form.get('ImageId') ?? '';
  const format = form.get('DiskImageFormat') ?? 'VMDK';
  const role = form.get('RoleName') ?? 'vmimport';
  const id = context.tasks.newId('export-ami');
  const bucket = form.get('S3ExportLocation.S3Bucket') ?? '';
  const prefix = form.get('S3ExportLocation.S3Prefix') ?? '';
  const target = { bucket, key: `${prefix}${id}.${format.toLowerCase()}`, region, owner: account };

  const refusal =
    (await unknownImage(context, account, region, imageId)) ??
    (await unknownRole(context, account, role)) ??
    (await ownBucket(context.admin, context.buckets, account, target));
  const refused = refusedOrDryRun(context, request, account, refusal);
  if (refused) return refused;

  const task = context.tasks.start({
    kind: 'image',
    id,
    account,
    region,
    description: form.get('Description') ?? '',
    source: imageId,
    target,
    format,
    tags: requestTags(form),
    request: { role, prefix },
  });
  return ec2Reply(request.operation, exportImageXml(task) + `<roleName>${role}</roleName>`);
}

export function describeExportImageTasks(context: ExportContext, request: LabRequest, account: string): LabReply {
  const known = context.tasks.list(account, request.region).filter((task) => task.kind === 'image');
  const wanted = numbered(request.form, 'ExportImageTaskId');
  const items = known.filter((task) => wanted.length === 0 || wanted.includes(task.id));
  const inner = items.map((task) => `<item>${exportImageXml(task)}</item>`).join('');
  return ec2Reply(request.operation, `<exportImageTaskSet>${inner}</exportImageTaskSet>`);
}

/** Stores an AMI as one object named after it. AWS documents the Region only, and uses the caller's own S3 rights. */
export async function createStoreImageTask(
  context: ExportContext,
  request: LabRequest,
  account: string,
): Promise<LabReply> {
  const { form, region } = request;
  const imageId = form.get('ImageId') ?? '';
  const bucket = form.get('Bucket') ?? '';
  const owner = (await context.buckets.owner(bucket)) ?? account;
  const target = { bucket, key: `${imageId}.bin`, region, owner };

  const refusal =
    (await unknownImage(context, account, region, imageId)) ??
    (await ownBucket(context.admin, context.buckets, owner, target));
  const refused = refusedOrDryRun(context, request, account, refusal);
  if (refused) return refused;

  context.tasks.start({
    kind: 'store',
    id: context.tasks.newId('store'),
    account,
    region,
    description: '',
    source: imageId,
    target,
    format: 'bin',
    tags: [],
    request: {},
  });
  return ec2Reply(request.operation, `<objectKey>${target.key}</objectKey>`);
}

export function describeStoreImageTasks(context: ExportContext, request: LabRequest, account: string): LabReply {
  const known = context.tasks.list(account, request.region).filter((task) => task.kind === 'store');
  const wanted = numbered(request.form, 'ImageId');
  const items = known.filter((task) => wanted.length === 0 || wanted.includes(task.source));
  const inner = items.map(storeImageXml).map((xml) => `<item>${xml}</item>`);
  return ec2Reply(request.operation, `<storeImageTaskResultSet>${inner.join('')}</storeImageTaskResultSet>`);
}

function refusedOrDryRun(
  context: ExportContext,
  request: LabRequest,
  account: string,
  refusal: Refusal | undefined,
): LabReply | undefined {
  if (refusal) return errorReply(request, 400, refusal.code, refusal.message);
  if (request.form.get('DryRun') === 'true') {
    const message = 'Request would have succeeded, but DryRun flag is set.';
    return errorReply(request, 412, 'DryRunOperation', message);
  }
  if (!context.tasks.limitReached(account, request.region)) return undefined;
  const message = 'You have reached the limit of 5 conversion tasks in progress in this Region.';
  return errorReply(request, 400, 'ResourceLimitExceeded', message);
}

async function unknownImage(context: ExportContext, account: string, region: string, imageId: string) {
  const missing = { code: 'InvalidAMIID.NotFound', message: `The image id '[${imageId}]' does not exist` };
  try {
    const ec2 = context.admin.ec2(account, region);
    const { Images = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }));
    return Images.length > 0 ? undefined : missing;
  } catch {
    return missing;
  }
}

async function unknownRole(context: ExportContext, account: string, role: string): Promise<Refusal | undefined> {
  try {
    await context.admin.iam(account).send(new GetRoleCommand({ RoleName: role }));
    return undefined;
  } catch {
    const message = `The service role ${role} provided does not exist or does not have sufficient permissions`;
    return { code: 'InvalidParameter', message };
  }
}

/** An image export is deleted where an instance export is cancelled. */
const IMAGE_STATUS: Record<TaskState, string> = {
  active: 'active',
  cancelling: 'deleting',
  cancelled: 'deleted',
  completed: 'completed',
};

function exportImageXml(task: Task): string {
  const { prefix = '' } = task.request;
  return [
    `<exportImageTaskId>${task.id}</exportImageTaskId><imageId>${task.source}</imageId>`,
    `<description>${escapeXml(task.description)}</description>`,
    `<diskImageFormat>${task.format}</diskImageFormat><progress>${progress(task)}</progress>`,
    `<status>${IMAGE_STATUS[task.state]}</status><statusMessage>${escapeXml(task.statusMessage)}</statusMessage>`,
    `<s3ExportLocation><s3Bucket>${task.target.bucket}</s3Bucket>`,
    `<s3Prefix>${escapeXml(prefix)}</s3Prefix></s3ExportLocation>`,
  ].join('');
}

const STORE_STATE: Record<TaskState, string> = {
  active: 'InProgress',
  cancelling: 'InProgress',
  cancelled: 'Failed',
  completed: 'Completed',
};

function storeImageXml(task: Task): string {
  return [
    `<amiId>${task.source}</amiId><bucket>${task.target.bucket}</bucket><s3objectKey>${task.target.key}</s3objectKey>`,
    `<taskStartTime>${task.startedAt.toISOString()}</taskStartTime>`,
    `<progressPercentage>${progress(task)}</progressPercentage>`,
    `<storeTaskState>${STORE_STATE[task.state]}</storeTaskState>`,
    `<storeTaskFailureReason>${escapeXml(task.statusMessage)}</storeTaskFailureReason>`,
  ].join('');
}

function progress(task: Task): number {
  if (task.state === 'completed') return 100;
  const started = task.startedAt.getTime();
  return Math.min(99, Math.floor((100 * (Date.now() - started)) / Math.max(1, task.endsAt - started)));
}
