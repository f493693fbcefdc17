import type { CancelExportTask, TargetCheck } from '../../src/domain/acts.ts';
import type { ExportTaskFacts } from '../../src/domain/facts.ts';
import type { Target } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { unlessAbsent } from '../aws/failures.ts';
import { readExportTask } from './export-task.ts';

export const ec2Targets = (clients: AwsClients) => ({
  cancelExportTask: {
    read: (input) => unlessAbsent(readExportTask(clients.ec2(input), input.exportTaskId), null),
    compare: cancelStanding,
  } satisfies Target<CancelExportTask, ExportTaskFacts | null>,
});

function cancelStanding({ exportTaskId }: CancelExportTask, task: ExportTaskFacts | null): TargetCheck {
  if (!task) return { standing: 'gone', detail: `EC2 does not know export task ${exportTaskId} any more` };
  const detail = `export task ${exportTaskId} is ${task.state}`;
  if (task.state === 'cancelled') return { standing: 'done', detail };
  return { standing: task.state === 'completed' ? 'changed' : 'ready', detail };
}
