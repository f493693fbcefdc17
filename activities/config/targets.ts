import type { ConfigRule, PutConfigRule } from '../../src/domain/acts/acts.ts';
import { standingOfConfigRule } from '../../src/domain/acts/standing-of-config-rule.ts';
import type { Target } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { readConfigRule } from './config-rule.ts';

export const configTargets = (clients: AwsClients) => ({
  putConfigRule: {
    read: (input) => readConfigRule(clients.config(input), input.ruleName),
    compare: standingOfConfigRule,
  } satisfies Target<PutConfigRule, ConfigRule | null>,
});
