import { cancelExportTask, createInstanceExportTask, describeExportTasks, type ExportContext } from './export-tasks.ts';
import { throttledReply } from './faults.ts';
import { createStoreImageTask, describeExportImageTasks, describeStoreImageTasks, exportImage } from './image-tasks.ts';
import { withLastUse } from './key-last-used.ts';
import type { LabState } from './lab-state.ts';
import { lookupEvents } from './lookup-events.ts';
import { errorOf } from './reply-content.ts';
import type { LabReply } from './reply.ts';
import type { LabRequest } from './lab-request.ts';

type Handler = (context: ExportContext, request: LabRequest, account: string) => LabReply | Promise<LabReply>;

/** The EC2 actions that ministack lacks. */
const EXPORTS: Readonly<Record<string, Handler>> = {
  CreateInstanceExportTask: createInstanceExportTask,
  DescribeExportTasks: describeExportTasks,
  CancelExportTask: cancelExportTask,
  ExportImage: exportImage,
  DescribeExportImageTasks: describeExportImageTasks,
  CreateStoreImageTask: createStoreImageTask,
  DescribeStoreImageTasks: describeStoreImageTasks,
};

/**
 * Forwards first: ministack checks signature, key and IAM before it finds that it lacks an action or has nothing to
 * say. Only then does the lab answer itself, so every refusal is a real one.
 */
export async function answer(lab: LabState, request: LabRequest): Promise<LabReply> {
  const reply = await lab.forward(request);
  const account = lab.identities.of(request.accessKeyId).accountId ?? '';
  const handler = request.service === 'ec2' ? EXPORTS[request.operation] : undefined;
  const isLacking = errorOf(reply)?.code === 'InvalidAction';
  if (handler && isLacking) return handler(lab, request, account);
  if (request.service === 'ssm' && isLacking) {
    if (request.operation === 'PutInventory') return lab.inventory.put(request, account);
    if (request.operation === 'ListInventoryEntries') return lab.inventory.entries(request, account);
  }
  if (reply.status !== 200) return reply;

  if (request.service === 'cloudtrail' && request.operation === 'LookupEvents') {
    if (!lab.lookupLimit.allows(`${account} ${request.region}`)) return throttledReply(request);
    return lookupEvents(request, account, lab.trail.entries);
  }
  if (request.service === 'iam' && request.operation === 'GetAccessKeyLastUsed') {
    return withLastUse(request, reply, lab.trail.entries, lab.identities);
  }
  return reply;
}
