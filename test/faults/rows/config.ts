import { DescribeConfigRulesCommand, PutConfigRuleCommand } from '@aws-sdk/client-config-service';
import { region } from '../../../src/lab/clients.ts';
import { incidentKey, unlessNone, type Row } from '../row.ts';

export const putConfigRule: Row = {
  service: 'config',
  calls: [{ operation: 'PutConfigRule' }],
  noInverse: null,
  scene: ({ foundation: { victim } }, name) => {
    const ruleName = `soar-trail-${name}`;
    const { config } = victim.admin;
    const after = { source: 'CLOUD_TRAIL_ENABLED', description: 'finds that no trail is on' };
    const write = (source: string) =>
      config.send(
        new PutConfigRuleCommand({
          ConfigRule: { ConfigRuleName: ruleName, Source: { Owner: 'AWS', SourceIdentifier: source } },
        }),
      );
    return Promise.resolve({
      input: {
        act: 'putConfigRule',
        incidentKey,
        accountId: victim.id,
        region,
        ruleName,
        before: null,
        after,
      },
      names: ruleName,
      arn: `arn:aws:config:${region}:${victim.id}:config-rule/${ruleName}`,
      state: async () => {
        const read = new DescribeConfigRulesCommand({ ConfigRuleNames: [ruleName] });
        const [rule] = (await unlessNone(config.send(read)))?.ConfigRules ?? [];
        return rule ? { source: rule.Source?.SourceIdentifier ?? '', description: rule.Description ?? '' } : null;
      },
      after: () => after,
      change: () => write('S3_BUCKET_ACL_PROHIBITED'),
      remove: 'the plan creates the rule: there is none yet that could be gone',
    });
  },
};
