import type { SetTrustPolicy, TargetCheck } from './acts.ts';
import { sameTrust } from '../policy/role-trust.ts';
import type { PolicyDocument } from '../policy/policy-document.ts';

export interface TrustState {
  arn: string;
  trust: PolicyDocument;
}

/** Where a role's trust policy stands; null: there is no such role. See `standing.ts`. */
export function standingOfTrust({ roleName, before, after }: SetTrustPolicy, state: TrustState | null): TargetCheck {
  const what = `the trust policy of role ${roleName}`;
  if (!state) return { standing: 'gone', detail: `there is no role ${roleName}` };
  if (sameTrust(state.trust, after)) return { standing: 'done', detail: `${what} is as planned` };
  return sameTrust(state.trust, before)
    ? { standing: 'ready', detail: `${what} is as it was when planned` }
    : { standing: 'changed', detail: `${what} was changed by somebody else since the plan` };
}
