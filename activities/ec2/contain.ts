import {
  CancelExportTaskCommand,
  DisableEbsEncryptionByDefaultCommand,
  EnableEbsEncryptionByDefaultCommand,
} from '@aws-sdk/client-ec2';
import { attempt, pause } from '../aws/activity-context.ts';
import { bringAbout, type Applied } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, isIncorrectState } from '../aws/failures.ts';
import { refuseProtectedImage, type Protection } from '../aws/protection.ts';
import type { Ec2Contain } from './contract.ts';
import { writeSharing } from './sharing.ts';
import { ec2Targets } from './targets.ts';
import { takeSnapshots } from './volume-snapshots.ts';

/** How long new snapshots may stay out of EC2's answers, in steps of milliseconds. */
const settling = [1_000, 2_000, 4_000, 8_000];

export function ec2Contain(clients: AwsClients, protection: Protection): Ec2Contain {
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

    setSharing(input) {
      return bringAbout(input, targets.setSharing, async () => {
        refuseProtectedImage(input.resource, protection);
        await writeSharing(clients.ec2(input), input);
        return undefined;
      });
    },

    snapshotVolumes(input) {
      const { read, compare } = targets.snapshotVolumes;
      return bringAbout(input, targets.snapshotVolumes, async () => {
        // EC2 takes no token for this call: whether an attempt that was killed has made it is known by its snapshots alone.
        for (const wait of attempt() > 1 ? settling : []) {
          await pause(wait);
          if (compare(input, await read(input)).standing !== 'ready') return undefined;
        }
        await takeSnapshots(clients.ec2(input), input);
        return undefined;
      });
    },

    setEbsEncryptionDefault(input) {
      const { region, after } = input;
      return bringAbout(input, targets.setEbsEncryptionDefault, async () => {
        await aws(`switching EBS encryption by default in ${region} ${after ? 'on' : 'off'}`, () =>
          after
            ? clients.ec2(input).send(new EnableEbsEncryptionByDefaultCommand({}))
            : clients.ec2(input).send(new DisableEbsEncryptionByDefaultCommand({})),
        );
        return undefined;
      });
    },
  };
}
