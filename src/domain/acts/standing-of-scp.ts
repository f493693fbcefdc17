import type { SetAccountScp, TargetCheck } from './acts.ts';
import { sameJson } from '../digest.ts';
import { sameDocument, type PolicyDocument } from '../policy/policy-document.ts';
import { asPlanned, changed, check, untouched } from './standing.ts';

/** The policy of one name, and what it is attached to. */
export interface ScpState {
  /** null: there is no policy of that name. */
  document: PolicyDocument | null;
  /** Ids of accounts, units and roots. */
  targets: string[];
}

/** null: the account is not in the organisation. */
export function standingOfAccountScp(
  { policyName, targetAccount, before, after }: SetAccountScp,
  state: ScpState | null,
): TargetCheck {
  const what = `service control policy ${policyName} on account ${targetAccount}`;
  if (!state) return check('gone', `account ${targetAccount} is not in this organisation`);
  const { document, targets } = state;
  const stands = (wanted: PolicyDocument | null): boolean =>
    sameDocument(document, wanted) && (wanted === null || sameJson(targets, [targetAccount]));
  if (stands(after)) return asPlanned(what);
  // Policy and attachment are two calls: an attempt that ended between them left a policy that binds nobody.
  const half = targets.length === 0 && [before, after].some((wanted) => wanted && sameDocument(document, wanted));
  return stands(before) || half ? untouched(what) : changed(what);
}
