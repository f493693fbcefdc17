import type {
  ActResult,
  CancelExportTask,
  SetEbsEncryptionDefault,
  SetSharing,
  SnapshotVolumes,
} from '../../src/domain/acts/acts.ts';
import type { CopySearch } from '../../src/domain/findings/copies.ts';
import type { CopiesFacts, ExportTaskFacts, ImageSourceFacts, InstanceFacts } from '../../src/domain/findings/facts.ts';

/** Where an observation is made: the account's observe role, in one Region. */
export interface AwsPlace {
  accountId: string;
  region: string;
}

export interface Ec2Observe {
  /** The instance with its tags, volumes and image, and whether it has user data, never what is in it. Fails `AwsNotFound` when it is gone. */
  describeInstance(input: AwsPlace & { instanceId: string }): Promise<InstanceFacts>;
  /** Fails `AwsNotFound` when EC2 has forgotten the task. */
  describeExportTask(input: AwsPlace & { exportTaskId: string }): Promise<ExportTaskFacts>;
  /** Returns once the task is in a final state; until then each attempt fails `NotYet` and is retried by the server. */
  awaitExportTask(input: AwsPlace & { exportTaskId: string }): Promise<ExportTaskFacts>;
  /** Images and snapshots of the machine that the account owns in the Region, with whom each is shared with. */
  describeCopies(input: AwsPlace & CopySearch): Promise<CopiesFacts>;
  /** Whether new EBS volumes are encrypted unasked. */
  describeEbsEncryption(input: AwsPlace): Promise<boolean>;
}

export interface ImageObserve {
  /**
   * Of which machine an image was made: by EC2, and for what EC2 does not say by the calls between `from` and `to`. What is not
   * known is an answer, with the reason.
   */
  traceImage(input: AwsPlace & { imageId: string; from: string; to: string }): Promise<ImageSourceFacts>;
}

export interface Ec2Contain {
  cancelExportTask(input: CancelExportTask): Promise<ActResult>;
  setSharing(input: SetSharing): Promise<ActResult>;
  snapshotVolumes(input: SnapshotVolumes): Promise<ActResult>;
  setEbsEncryptionDefault(input: SetEbsEncryptionDefault): Promise<ActResult>;
}
