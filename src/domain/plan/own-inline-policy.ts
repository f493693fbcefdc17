import type { PolicyHolder, PutInlinePolicy } from '../acts/acts.ts';
import { inlinePolicyName } from '../acts/created-names.ts';
import type { PlannedAction } from './plan.ts';
import { actBase, type PlanInput } from './planning.ts';
import { sameDocument, type PolicyDocument, type Statement } from '../policy/policy-document.ts';
import { asJson } from '../json.ts';
import type { NamedPolicy } from '../findings/principal-facts.ts';

export const putPolicyCalls = { user: 'iam:PutUserPolicy', role: 'iam:PutRolePolicy', group: 'iam:PutGroupPolicy' };

/**
 * An inline policy of this incident's own with one statement, as the part of an action that all of them share; null: the
 * holder has it already.
 */
export function ownInlinePolicy(
  input: PlanInput,
  {
    type,
    name,
    arn,
    userId,
    roleId,
    inline,
  }: PolicyHolder & { arn: string; userId?: string; roleId?: string; inline: NamedPolicy[] },
  purpose: string,
  statement: Statement,
):
  | (Pick<PlannedAction, 'target' | 'calls' | 'before' | 'after' | 'reversible' | 'undo'> & { input: PutInlinePolicy })
  | null {
  const policyName = inlinePolicyName(input.incidentKey, purpose);
  const after: PolicyDocument = { Version: '2012-10-17', Statement: [statement] };
  const before = inline.find((policy) => policy.name === policyName)?.document ?? null;
  if (sameDocument(before, after)) return null;
  return {
    target: arn,
    calls: [putPolicyCalls[type]],
    before: asJson(before),
    after: asJson(after),
    reversible: true,
    undo: before ? `puts inline policy ${policyName} back` : `deletes inline policy ${policyName}`,
    input: {
      act: 'putInlinePolicy',
      ...actBase(input),
      holder: { type, name },
      ...(userId === undefined ? {} : { userId }),
      ...(roleId === undefined ? {} : { roleId }),
      policyName,
      before,
      after,
    },
  };
}
