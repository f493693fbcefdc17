import type { Approver } from './approval.ts';
import { roleArnOfSession } from '../policy/arns.ts';
import { arnMatches, policyArn, type Principal } from '../alert/principal.ts';

/** Who cannot decide in this incident: nobody asks them. */
export interface Barred {
  actor: Principal;
  /** ARNs of whoever took the actor's session: the same person under another identity. Absent: nobody did, or it is not known yet. */
  behind?: readonly string[];
  /** Empty where the policy does not leave owners out. */
  owners: string[];
}

/** Why this person decides nothing in this incident, whatever is asked; null: nothing against them (P7). */
export function personRefusal(approver: Approver, { actor, behind = [], owners }: Barred): string | null {
  const actorArns = [actor.arn, policyArn(actor), ...behind, ...behind.map(roleArnOfSession)].filter(
    (arn) => arn !== undefined,
  );
  if (approver.principals.some((pattern) => actorArns.some((arn) => arnMatches(arn, pattern)))) {
    return `${approver.id} is the actor under investigation`;
  }
  const names = [approver.id, approver.name].map((name) => name.toLowerCase());
  // Owner tags hold names, ids, or mail addresses.
  const owns = owners
    .map((owner) => owner.trim().toLowerCase())
    .some((owner) => names.includes(owner) || names.includes(owner.split('@')[0] ?? ''));
  return owns ? `${approver.id} is the owner of the instance by its tags, and the policy leaves owners out` : null;
}
