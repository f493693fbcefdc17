import { DescribeRuleCommand, ListTargetsByRuleCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { EventRule } from '../../src/domain/acts/acts.ts';
import { aws, unlessAbsent } from '../aws/failures.ts';

/** A rule as it stands; `targetArn` is empty while it has no target. */
export interface StandingRule extends EventRule {
  /** A disabled rule sees nothing. */
  enabled: boolean;
  targetIds: string[];
}

/** null: there is no such rule on the default bus. */
export async function readEventRule(client: EventBridgeClient, ruleName: string): Promise<StandingRule | null> {
  const what = `reading event rule ${ruleName}`;
  const rule = await unlessAbsent(
    aws(what, () => client.send(new DescribeRuleCommand({ Name: ruleName }))),
    null,
  );
  if (!rule) return null;
  const targets = await unlessAbsent(
    aws(what, () => client.send(new ListTargetsByRuleCommand({ Rule: ruleName }))),
    null,
  );
  if (!targets) return null;
  return {
    eventPattern: rule.EventPattern ?? '',
    description: rule.Description ?? '',
    targetArn: (targets.Targets ?? []).map(({ Arn = '' }) => Arn).join(' '),
    enabled: rule.State !== 'DISABLED',
    targetIds: (targets.Targets ?? []).map(({ Id = '' }) => Id),
  };
}
