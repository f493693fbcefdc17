import { isOwnPolicy, sidPrefix } from '../acts/created-names.ts';
import { denyExportStatement, exportActions, grantsExport } from '../policy/export-permission.ts';
import { ownInlinePolicy } from './own-inline-policy.ts';
import { changeableActor, isOwnResponder, isProtectedPrincipal, type PlanInput, type Proposal } from './planning.ts';
import type { PolicyDocument } from '../policy/policy-document.ts';
import type { PrincipalFacts } from '../findings/principal-facts.ts';

/**
 * Denies the three calls to the actor's user or role where taking the permission out of its policies is not enough
 * (S112, S114): it comes from somewhere that was not read, that may not be edited, or that is not in its policies.
 */
export function denyActorExports(input: PlanInput): Proposal {
  const what = 'deny-actor-exports';
  const found = changeableActor(input);
  if ('why' in found) return { what, why: found.why };
  const { principal } = found;
  const { type, name, arn } = principal;
  if (isOwnResponder(principal, input.policy)) return { what, why: `protected: ${arn} is a responder, act by hand` };
  const why = notEnough(input, principal);
  if (why === null) return { what, why: 'taking the permission out of the policies of the actor is enough' };

  const denied = ownInlinePolicy(input, principal, 'deny-export', denyExportStatement(sidPrefix(input.incidentKey)));
  if (!denied) return { what, why: `${type} ${name} is denied the calls already` };
  return {
    id: what,
    title: `Deny ${exportActions.join(', ')} to ${type} ${name}: ${why}`,
    sources: ['S112', 'S114', 'S115'],
    mayBreak: type === 'user' ? [] : [`everyone else who assumes role ${name} to export instances`],
    ...denied,
  };
}

/** Why eradication alone does not keep the actor from exporting, or null. */
function notEnough(
  { alert, policy, incidentKey, permissionTaken }: PlanInput,
  principal: PrincipalFacts,
): string | null {
  const unread = principal.gaps.find(({ what }) => /polic|group/i.test(what));
  if (unread) return `what allows it was not fully read (${unread.what})`;
  const holders = [principal, ...principal.groups];
  const attached = holders.flatMap((holder) => holder.attached).filter(({ document }) => grants(document));
  const kept = attached.find(({ arn }) => isProtectedPrincipal(arn, policy));
  if (kept) return `policy ${kept.name} allows it and is protected`;
  const inline = holders
    .flatMap((holder) => holder.inline)
    .filter(({ name, document }) => !isOwnPolicy(incidentKey, name) && grants(document));
  // Known only where a phase before has tried: what eradication took away shows nowhere any more.
  return permissionTaken === false && attached.length + inline.length === 0 && alert.outcome === 'success'
    ? 'none of its policies allows it, and yet it did'
    : null;
}

const grants = (document: PolicyDocument): boolean => grantsExport(document).length > 0;
