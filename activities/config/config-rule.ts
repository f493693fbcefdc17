import {
  DescribeConfigRulesCommand,
  type ConfigRule as AwsConfigRule,
  type ConfigServiceClient,
} from '@aws-sdk/client-config-service';
import type { ConfigRule } from '../../src/domain/acts/acts.ts';
import { aws, unlessAbsent } from '../aws/failures.ts';

/** A rule that is being deleted checks nothing any more, and shows for a while. */
export const isLeaving = ({ ConfigRuleState }: AwsConfigRule): boolean => ConfigRuleState === 'DELETING';

export const configRuleFacts = ({ Source, Description }: AwsConfigRule): ConfigRule => ({
  source: Source?.SourceIdentifier ?? Source?.Owner ?? '',
  description: Description ?? '',
});

/** null: there is no such rule. */
export async function readConfigRule(client: ConfigServiceClient, ruleName: string): Promise<ConfigRule | null> {
  const reading = aws(`reading AWS Config rule ${ruleName}`, () =>
    client.send(new DescribeConfigRulesCommand({ ConfigRuleNames: [ruleName] })),
  );
  const [rule] = (await unlessAbsent(reading, null))?.ConfigRules ?? [];
  return rule && !isLeaving(rule) ? configRuleFacts(rule) : null;
}
