import type { ActResult, EventRule, PutEventRule } from '../../src/domain/acts/acts.ts';
import type { AwsPlace } from '../ec2/contract.ts';

export interface EventBridgeObserve {
  /** null: there is no such rule. */
  describeEventRule(input: AwsPlace & { ruleName: string }): Promise<EventRule | null>;
}

export interface EventBridgeContain {
  putEventRule(input: PutEventRule): Promise<ActResult>;
}
