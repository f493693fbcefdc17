import type { AwsClients } from '../aws/clients.ts';
import type { EventBridgeObserve } from './contract.ts';
import { readEventRule } from './event-rule.ts';

export function eventBridgeObserve(clients: AwsClients): EventBridgeObserve {
  return {
    async describeEventRule({ ruleName, ...place }) {
      const rule = await readEventRule(clients.eventbridge(place), ruleName);
      if (!rule) return null;
      const { eventPattern, description, targetArn } = rule;
      return { eventPattern, description, targetArn };
    },
  };
}
