import { DeleteConfigRuleCommand, PutConfigRuleCommand } from '@aws-sdk/client-config-service';
import { bringAbout } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, isStillSettling, notYet } from '../aws/failures.ts';
import type { ConfigContain } from './contract.ts';
import { configTargets } from './targets.ts';

export function configContain(clients: AwsClients): ConfigContain {
  const targets = configTargets(clients);
  return {
    putConfigRule(input) {
      const { ruleName, after } = input;
      const client = clients.config(input);
      return bringAbout(input, targets.putConfigRule, async () => {
        try {
          await aws<unknown>(`${after ? 'writing' : 'deleting'} AWS Config rule ${ruleName}`, () =>
            after
              ? client.send(
                  new PutConfigRuleCommand({
                    ConfigRule: {
                      ConfigRuleName: ruleName,
                      Description: after.description,
                      Source: { Owner: 'AWS', SourceIdentifier: after.source },
                    },
                  }),
                )
              : client.send(new DeleteConfigRuleCommand({ ConfigRuleName: ruleName })),
          );
        } catch (error) {
          // One of the same name is still being deleted, or evaluated.
          if (!isStillSettling(error)) throw error;
          throw notYet(`AWS Config rule ${ruleName} is in use`);
        }
        return undefined;
      });
    },
  };
}
