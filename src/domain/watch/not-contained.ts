import { ruledKind } from '../acts/action-id.ts';
import { preserves } from '../acts/action-kinds.ts';
import type { Beyond } from '../alert/other-callers.ts';
import { failedActions, type ActionRecord } from '../plan/plan.ts';
import { changeableActor, type PlanInput } from '../plan/planning.ts';
import type { KnownSuspect } from '../plan/suspects.ts';
import { ownerGap, policyGap } from '../policy/bucket-access.ts';
import type { BucketFacts } from '../findings/bucket-facts.ts';

/** What tells who acted, and whom else the attack has. */
export interface KnownHands extends Pick<PlanInput, 'alert' | 'policy' | 'principal'> {
  suspects: KnownSuspect[];
  beyond: Beyond[];
}

/**
 * Who is in the actor's hands and shut out by nothing that stands: left out by the approvers, refused, undone, or beyond what
 * this account can change. Silence of the others is no containment while one of these may go on.
 */
export function notContained(known: KnownHands, standing: ActionRecord[]): string[] {
  const actor = changeableActor(known);
  const { suspects, beyond } = known;
  return [
    ...('why' in actor
      ? [`the actor (${actor.why})`]
      : isShutOut(actor.principal, standing)
        ? []
        : [`the actor, ${actor.principal.type} ${actor.principal.name}`]),
    ...suspects
      .filter((suspect) => !isSuspectShutOut(suspect, standing))
      .map(({ type, name, why }) => `${type} ${name} (${why.join(', ')})`),
    ...beyond.map(({ what, why }) => `${what} (${why})`),
  ];
}

/** What else of containment is not in place: acts that failed, and a bucket of which nobody knows whom it lets in. */
export function leftOpen(
  { alert, bucket }: Pick<PlanInput, 'alert' | 'bucket'>,
  records: ActionRecord[],
  isOfContainment: (id: string) => boolean,
): string[] {
  const failed = failedActions(records).filter((id) => {
    const last = records.findLast((record) => record.id === id);
    return isOfContainment(id) && last && !preserves(last.input.act);
  });
  return [...failed.map((id) => `${id} (it failed)`), ...(alert.outcome === 'success' ? unreadBucket(bucket) : [])];
}

function unreadBucket(bucket: BucketFacts | null): string[] {
  const why = bucket ? (ownerGap(bucket) ?? (bucket.ownedByAccount === 'yes' ? policyGap(bucket) : null)) : null;
  return why === null ? [] : [`whoever may read bucket ${bucket?.bucket ?? ''} (${why})`];
}

/** A user's sessions outlive its keys, so that keys alone do not count; a role has nothing but sessions. */
const isShutOut = ({ type, name }: { type: 'user' | 'role'; name: string }, standing: ActionRecord[]): boolean =>
  standing.some(({ id, input }) =>
    input.act === 'putInlinePolicy'
      ? ruledKind(id) === 'deny-actor' && input.holder.type === type && input.holder.name === name
      : input.act === 'revokeRoleSessions' && type === 'role' && input.roleName === name,
  );

function isSuspectShutOut(suspect: KnownSuspect, standing: ActionRecord[]): boolean {
  const { type, name, extent, keys, credentials, facts, serviceCredentials } = suspect;
  if (isShutOut({ type, name }, standing)) return true;
  if (extent !== 'keys' || type !== 'user') return false;
  const off = new Set(
    standing.flatMap(({ input }) =>
      input.act === 'setAccessKeyStatus'
        ? input.keys.flatMap(({ accessKeyId, after }) => (after === 'Inactive' ? [accessKeyId] : []))
        : input.act === 'setServiceCredentialStatus' && input.after === 'Inactive'
          ? [input.credentialId]
          : [],
    ),
  );
  // What could not be read may work.
  const works = (key: string) =>
    !facts ||
    facts.gaps.some(({ what }) => /access key/i.test(what)) ||
    facts.accessKeys.some(({ accessKeyId, status }) => accessKeyId === key && status === 'Active');
  const serves = (id: string) =>
    !serviceCredentials ||
    serviceCredentials.some(({ credentialId, status }) => credentialId === id && status === 'Active');
  return keys.every((key) => off.has(key) || !works(key)) && credentials.every((id) => off.has(id) || !serves(id));
}
