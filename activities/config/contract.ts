import type { ActResult, PutConfigRule } from '../../src/domain/acts/acts.ts';
import type { ConfigFacts } from '../../src/domain/findings/facts.ts';
import type { AwsPlace } from '../ec2/contract.ts';

export interface ConfigObserve {
  /** Whether AWS Config records, and which rules it has. */
  describeConfig(input: AwsPlace): Promise<ConfigFacts>;
}

export interface ConfigContain {
  putConfigRule(input: PutConfigRule): Promise<ActResult>;
}
