import type { PutEventRule } from '../../src/domain/acts/acts.ts';
import { standingOfEventRule } from '../../src/domain/acts/standing.ts';
import type { Target } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { readEventRule, type StandingRule } from './event-rule.ts';

export const eventBridgeTargets = (clients: AwsClients) => ({
  putEventRule: {
    read: (input) => readEventRule(clients.eventbridge(input), input.ruleName),
    compare: standingOfEventRule,
  } satisfies Target<PutEventRule, StandingRule | null>,
});
