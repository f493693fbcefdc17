import type { ConfigRule, PutConfigRule, TargetCheck } from './acts.ts';
import { sameJson } from '../digest.ts';
import { asPlanned, changed, untouched } from './standing.ts';

/** null: there is no such rule. */
export function standingOfConfigRule({ ruleName, before, after }: PutConfigRule, rule: ConfigRule | null): TargetCheck {
  const what = `AWS Config rule ${ruleName}`;
  if (sameJson(rule, after)) return asPlanned(what);
  return sameJson(rule, before) ? untouched(what) : changed(what);
}
