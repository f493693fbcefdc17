import type { ActResult, CancelExportTask } from '../../src/domain/acts.ts';
import type { ExportTaskFacts, InstanceFacts } from '../../src/domain/facts.ts';

/** Where an observation is made: the account's observe role, in one Region. */
export interface AwsPlace {
  accountId: string;
  region: string;
}

export interface Ec2Observe {
  /** The instance with its tags and volumes. Fails `AwsNotFound` when it is gone. */
  describeInstance(input: AwsPlace & { instanceId: string }): Promise<InstanceFacts>;
  /** Fails `AwsNotFound` when EC2 has forgotten the task. */
  describeExportTask(input: AwsPlace & { exportTaskId: string }): Promise<ExportTaskFacts>;
  /** Returns once the task is in a final state; until then each attempt fails `NotYet` and is retried by the server. */
  awaitExportTask(input: AwsPlace & { exportTaskId: string }): Promise<ExportTaskFacts>;
}

export interface Ec2Contain {
  cancelExportTask(input: CancelExportTask): Promise<ActResult>;
}
