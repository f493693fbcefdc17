import {
  DescribeConfigurationRecorderStatusCommand,
  paginateDescribeConfigRules,
} from '@aws-sdk/client-config-service';
import type { ConfigFacts } from '../../src/domain/findings/facts.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws } from '../aws/failures.ts';
import { configRuleFacts, isLeaving } from './config-rule.ts';
import type { ConfigObserve } from './contract.ts';

export function configObserve(clients: AwsClients): ConfigObserve {
  return {
    async describeConfig(place) {
      const client = clients.config(place);
      const what = `reading AWS Config in ${place.region}`;
      const { ConfigurationRecordersStatus = [] } = await aws(what, () =>
        client.send(new DescribeConfigurationRecorderStatusCommand({})),
      );
      const rules: ConfigFacts['rules'] = [];
      await aws(what, async () => {
        for await (const { ConfigRules = [] } of paginateDescribeConfigRules({ client }, {})) {
          const standing = ConfigRules.filter((rule) => !isLeaving(rule));
          rules.push(...standing.map((rule) => ({ name: rule.ConfigRuleName ?? '', ...configRuleFacts(rule) })));
        }
      });
      return { recording: ConfigurationRecordersStatus.some(({ recording }) => recording === true), rules };
    },
  };
}
