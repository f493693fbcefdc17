import type { SoftwareFacts } from '../../src/domain/findings/facts.ts';
import type { AwsPlace } from '../ec2/contract.ts';

export interface SystemsManagerObserve {
  /** What the agent on the machine has reported as installed; a machine without inventory is an answer, not a failure. */
  describeSoftware(input: AwsPlace & { instanceId: string }): Promise<SoftwareFacts>;
}
