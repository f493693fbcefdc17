import { proxyActivities } from '@temporalio/workflow';
import type { IncidentOpening } from '../../../src/domain/incident.ts';
import { taskQueues } from '../../../src/domain/names.ts';

const { note } = proxyActivities<{ note: (account: string, subject: string) => Promise<void> }>({
  taskQueue: taskQueues.observe,
  startToCloseTimeout: '10s',
});

/** Under the name of the real playbook: has one activity, so that the order of activities shows whose turn it was. */
export const ec2VmExport = ({ alert }: IncidentOpening): Promise<void> =>
  note(alert.recipientAccount, alert.exportTaskId ?? '');
