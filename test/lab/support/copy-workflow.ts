import { proxyActivities } from '@temporalio/workflow';
import type { S3Contain } from '../../../activities/s3/contract.ts';
import type { ActResult, CopyExport } from '../../../src/domain/acts/acts.ts';
import type { ApprovalOnRecord } from '../../../src/domain/approval/authorisation.ts';

/** As the playbook calls it, with less patience for a worker that is gone. */
const { copyExport } = proxyActivities<Pick<S3Contain, 'copyExport'>>({
  taskQueue: 'copies',
  startToCloseTimeout: '5m',
  heartbeatTimeout: '3s',
  retry: { initialInterval: '100ms' },
});

export function copying(input: CopyExport, approval: ApprovalOnRecord): Promise<ActResult> {
  return copyExport(input, approval);
}
