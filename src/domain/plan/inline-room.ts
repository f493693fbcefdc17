import { charactersOf, type PolicyDocument } from '../policy/policy-document.ts';
import type { PrincipalFacts } from '../findings/principal-facts.ts';

/** Characters of all inline policies of a holder together, white space aside. IAM raises them for nobody. */
const inlineQuota = { user: 2_048, role: 10_240, group: 5_120 };

const makeRoom = 'delete an inline policy that nobody needs, keeping a copy';
/** How people go on where IAM has no room for another inline policy; a boundary is a place of its own that no quota fills. */
export const wayOutOfFull = (deniesAll: boolean): string =>
  deniesAll ? `attach AWS's policy AWSDenyAll by hand, or set it as permissions boundary; or ${makeRoom}` : makeRoom;

/** Whoever looks for room reads these first. */
const mostNamed = 5;

/**
 * Why a policy that denies everything may not get in, with the way out; null: there is room. An actor may fill the quota of
 * whatever it can write to: people hear of that before they decide, not when AWS refuses the act.
 */
export function lackOfRoom(
  { type, name, inline }: Pick<PrincipalFacts, 'type' | 'name' | 'inline'>,
  policyName: string,
  document: PolicyDocument,
): string | null {
  const others = inline
    .filter((policy) => policy.name !== policyName)
    .toSorted((a, b) => charactersOf(b.document) - charactersOf(a.document));
  const taken = others.reduce((sum, policy) => sum + charactersOf(policy.document), 0);
  if (taken + charactersOf(document) <= inlineQuota[type]) return null;
  const named = others.slice(0, mostNamed).map((policy) => policy.name);
  const more = others.length > named.length ? ` and ${others.length - named.length} more` : '';
  return (
    `AWS will probably refuse it, because the inline policies of ${type} ${name} (${named.join(', ')}${more}) take ` +
    `${taken} of the ${inlineQuota[type]} characters that IAM allows: ${wayOutOfFull(true)}`
  );
}
