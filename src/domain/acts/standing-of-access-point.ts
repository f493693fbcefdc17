import type { SetAccessPointPolicy, TargetCheck } from './acts.ts';
import { sameDocument, type PolicyDocument } from '../policy/policy-document.ts';
import { asPlanned, changed, check, untouched } from './standing.ts';

/** `gone`: there is no such access point; null: it has no policy. */
export function standingOfAccessPointPolicy(
  { accessPoint, before, after }: SetAccessPointPolicy,
  now: PolicyDocument | null | 'gone',
): TargetCheck {
  const what = `the policy of access point ${accessPoint}`;
  if (now === 'gone') return check('gone', `there is no access point ${accessPoint}`);
  if (sameDocument(now, after)) return asPlanned(what);
  return sameDocument(now, before) ? untouched(what) : changed(what);
}
