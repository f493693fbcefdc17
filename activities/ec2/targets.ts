import type { CancelExportTask } from '../../src/domain/acts.ts';
import type { ExportTaskFacts } from '../../src/domain/facts.ts';
import { standingOfExportTask } from '../../src/domain/standing.ts';
import type { Target } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { unlessAbsent } from '../aws/failures.ts';
import { readExportTask } from './export-task.ts';

export const ec2Targets = (clients: AwsClients) => ({
  cancelExportTask: {
    read: (input) => unlessAbsent(readExportTask(clients.ec2(input), input.exportTaskId), null),
    compare: standingOfExportTask,
  } satisfies Target<CancelExportTask, ExportTaskFacts | null>,
});
