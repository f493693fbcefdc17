import type { SetTrustPolicy, TargetCheck } from './acts.ts';
import { anotherRole } from './standing.ts';
import { sameTrust } from '../policy/role-trust.ts';
import type { PolicyDocument } from '../policy/policy-document.ts';

export interface TrustState {
  arn: string;
  roleId?: string;
  trust: PolicyDocument;
}

/** Where a role's trust policy stands; null: there is no such role. See `standing.ts`. */
export function standingOfTrust(input: SetTrustPolicy, state: TrustState | null): TargetCheck {
  const { roleName, before, after } = input;
  const what = `the trust policy of role ${roleName}`;
  if (!state) return { standing: 'gone', detail: `there is no role ${roleName}` };
  const other = anotherRole(roleName, input.roleId, state.roleId);
  if (other) return other;
  if (sameTrust(state.trust, after)) return { standing: 'done', detail: `${what} is as planned` };
  return sameTrust(state.trust, before)
    ? { standing: 'ready', detail: `${what} is as it was when planned` }
    : { standing: 'changed', detail: `${what} was changed by somebody else since the plan` };
}
