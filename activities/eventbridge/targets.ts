import type { EventRule, PutEventRule, TargetCheck } from '../../src/domain/acts.ts';
import { sameJson } from '../../src/domain/digest.ts';
import type { Target } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { readEventRule, type StandingRule } from './event-rule.ts';

export const eventBridgeTargets = (clients: AwsClients) => ({
  putEventRule: {
    read: (input) => readEventRule(clients.eventbridge(input), input.ruleName),
    compare: ruleStanding,
  } satisfies Target<PutEventRule, StandingRule | null>,
});

const samePattern = (a: string, b: string): boolean => {
  try {
    return sameJson(JSON.parse(a), JSON.parse(b));
  } catch {
    return a === b;
  }
};
const isRule = (standing: StandingRule | null, rule: EventRule | null): boolean =>
  standing === null || rule === null
    ? standing === rule
    : samePattern(standing.eventPattern, rule.eventPattern) &&
      standing.description === rule.description &&
      standing.targetArn === rule.targetArn;

/** Rule and target are two calls: an attempt that ended between them left a rule without one. */
const isHalfOf = (standing: StandingRule | null, rule: EventRule | null): boolean =>
  standing?.targetArn === '' && rule !== null && isRule(standing, { ...rule, targetArn: '' });

function ruleStanding({ ruleName, before, after }: PutEventRule, standing: StandingRule | null): TargetCheck {
  const name = `event rule ${ruleName}`;
  if (isRule(standing, after)) {
    if (standing && !standing.enabled) return { standing: 'changed', detail: `${name} was disabled` };
    return { standing: 'done', detail: standing ? `${name} sends to ${standing.targetArn}` : `there is no ${name}` };
  }
  if (isRule(standing, before) || isHalfOf(standing, before) || isHalfOf(standing, after)) {
    return { standing: 'ready', detail: `${name} is as it was when planned` };
  }
  return { standing: 'changed', detail: `${name} is neither as it was when planned nor as planned` };
}
