import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import type { EventRule } from '../../src/domain/acts/acts.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { bringAbout } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, failure } from '../aws/failures.ts';
import type { EventBridgeContain } from './contract.ts';
import type { StandingRule } from './event-rule.ts';
import { eventBridgeTargets } from './targets.ts';

export function eventBridgeContain(clients: AwsClients): EventBridgeContain {
  const targets = eventBridgeTargets(clients);
  return {
    putEventRule(input) {
      const { ruleName, after } = input;
      const client = clients.eventbridge(input);
      return bringAbout(input, targets.putEventRule, async (standing) => {
        const stale = standing?.targetIds.filter((id) => after === null || id !== targetId(ruleName)) ?? [];
        if (after && !isWritten(after, standing)) await writeRule(client, ruleName, after);
        if (after) await writeTarget(client, ruleName, after);
        if (stale.length > 0) {
          await aws(`removing the targets of event rule ${ruleName}`, () =>
            client.send(new RemoveTargetsCommand({ Rule: ruleName, Ids: stale })),
          );
        }
        if (!after) {
          await aws(`deleting event rule ${ruleName}`, () => client.send(new DeleteRuleCommand({ Name: ruleName })));
        }
        return undefined;
      });
    },
  };
}

/** Target ids are unique within their rule and hold 64 characters at most, as rule names do. */
const targetId = (ruleName: string): string => ruleName;

/** An attempt that ended between the two calls left the rule as it is to be, without its target. */
const isWritten = ({ eventPattern, description }: EventRule, standing: StandingRule | null): boolean =>
  standing?.enabled === true && standing.eventPattern === eventPattern && standing.description === description;

async function writeRule(client: EventBridgeClient, ruleName: string, rule: EventRule): Promise<void> {
  const { eventPattern, description } = rule;
  await aws(`writing event rule ${ruleName}`, () =>
    client.send(
      new PutRuleCommand({ Name: ruleName, EventPattern: eventPattern, Description: description, State: 'ENABLED' }),
    ),
  );
}

async function writeTarget(client: EventBridgeClient, ruleName: string, { targetArn }: EventRule): Promise<void> {
  const what = `writing event rule ${ruleName} with target ${targetArn}`;
  const answer = await aws(what, () =>
    client.send(new PutTargetsCommand({ Rule: ruleName, Targets: [{ Id: targetId(ruleName), Arn: targetArn }] })),
  );
  const refused = answer.FailedEntries?.[0];
  if (refused) {
    const why = `${refused.ErrorCode ?? 'refused'} (${refused.ErrorMessage ?? 'no reason given'})`;
    throw failure(failureTypes.rejected, `${what}: ${why}; see the resource policy of the target`);
  }
}
