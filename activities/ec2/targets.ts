import { GetEbsEncryptionByDefaultCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type {
  CancelExportTask,
  SetEbsEncryptionDefault,
  SetSharing,
  SnapshotVolumes,
} from '../../src/domain/acts/acts.ts';
import type { ExportTaskFacts } from '../../src/domain/findings/facts.ts';
import {
  standingOfEbsEncryption,
  standingOfSharing,
  standingOfSnapshots,
  type SnapshotsState,
} from '../../src/domain/acts/standing-of-copies.ts';
import { standingOfExportTask } from '../../src/domain/acts/standing.ts';
import type { Target } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, unlessAbsent } from '../aws/failures.ts';
import { readExportTask } from './export-task.ts';
import { readSharing } from './sharing.ts';
import { readSnapshots } from './volume-snapshots.ts';

export const ec2Targets = (clients: AwsClients) => ({
  cancelExportTask: {
    read: (input) => unlessAbsent(readExportTask(clients.ec2(input), input.exportTaskId), null),
    compare: standingOfExportTask,
  } satisfies Target<CancelExportTask, ExportTaskFacts | null>,

  setSharing: {
    read: (input) => unlessAbsent(readSharing(clients.ec2(input), input.resource), null),
    compare: standingOfSharing,
  } satisfies Target<SetSharing, string[] | null>,

  snapshotVolumes: {
    read: (input) => readSnapshots(clients.ec2(input), input),
    compare: standingOfSnapshots,
  } satisfies Target<SnapshotVolumes, SnapshotsState>,

  setEbsEncryptionDefault: {
    read: (input) => readEbsEncryption(clients.ec2(input), input.region),
    compare: standingOfEbsEncryption,
  } satisfies Target<SetEbsEncryptionDefault, boolean>,
});

export const readEbsEncryption = async (ec2: EC2Client, region: string): Promise<boolean> =>
  (
    await aws(`reading whether new EBS volumes in ${region} are encrypted by default`, () =>
      ec2.send(new GetEbsEncryptionByDefaultCommand({})),
    )
  ).EbsEncryptionByDefault === true;
