import { CancelExportTaskCommand } from '@aws-sdk/client-ec2';
import { bringAbout, type Applied } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, isIncorrectState } from '../aws/failures.ts';
import type { Ec2Contain } from './contract.ts';
import { ec2Targets } from './targets.ts';

export function ec2Contain(clients: AwsClients): Ec2Contain {
  const targets = ec2Targets(clients);
  return {
    cancelExportTask(input) {
      const { exportTaskId } = input;
      return bringAbout(input, targets.cancelExportTask, async (task): Promise<Applied | undefined> => {
        if (task?.state === 'cancelling') return undefined; // asked for already: only to be waited for
        try {
          await aws(`cancelling export task ${exportTaskId}`, () =>
            clients.ec2(input).send(new CancelExportTaskCommand({ ExportTaskId: exportTaskId })),
          );
          return undefined;
        } catch (error) {
          // Also while the final image is being transferred, when the task still calls itself active.
          if (!isIncorrectState(error)) throw error;
          const detail = `export task ${exportTaskId} is too far on to be cancelled: it completes or has completed`;
          return { instead: { standing: 'changed', detail } };
        }
      });
    },
  };
}
