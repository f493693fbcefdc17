import type { Alert } from '../alert/alert.ts';
import type { Beyond } from '../alert/other-callers.ts';
import { gapsOf, isOutside } from '../findings/copies.ts';
import type { CopiesFacts, CopyFacts } from '../findings/facts.ts';
import { isResponder, perimeterOf } from '../policy/perimeter.ts';
import { policyArn } from '../alert/principal.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import type { TrailFacts } from '../findings/trail-facts.ts';
import type { PrincipalFacts } from '../findings/principal-facts.ts';

/** Everything that is known of a snapshot that somebody shared; null: not read, or it could not be (P8). */
export interface ShareCase {
  alert: Alert;
  policy: ResponsePolicy;
  /** The snapshot as EC2 has it, in a list of its Region. */
  copies: CopiesFacts[] | null;
  actorTrail: TrailFacts | null;
  /** The actor as IAM has it. */
  principal: PrincipalFacts | null;
  /** Why nothing that the alert says may count as authorised, such as somebody else who made the same call. */
  doubt?: string | null;
  /** Who made the same call, too, and is in no plan. */
  beyond?: Beyond[];
}

/** The snapshot as EC2 has it; undefined: it was not read, or is gone. */
export const snapshotIn = ({ alert, copies }: Pick<ShareCase, 'alert' | 'copies'>): CopyFacts | undefined =>
  (copies ?? []).flatMap((found) => found.copies).find(({ id }) => id === alert.snapshotId);

/** Why it is not known whom the snapshot is shared with; null: EC2 told. */
export const whyNotRead = (known: Pick<ShareCase, 'alert' | 'copies'>): string | null =>
  snapshotIn(known)?.sharedWith != null
    ? null
    : (whyNotAsked(known) ?? 'EC2 does not know the snapshot: it may be deleted');

/** Why EC2 did not answer; null: it did, if only that there is no such snapshot. */
export function whyNotAsked({ alert, copies }: Pick<ShareCase, 'alert' | 'copies'>): string | null {
  if (alert.snapshotId === undefined) return 'the alert names no snapshot';
  if (!copies) return 'the snapshot was not read';
  const [gap] = gapsOf(copies);
  return gap ? `${gap.what}: ${gap.why}` : null;
}

/** Who is not ours and was given the snapshot by the call. */
export const givenOutside = ({ alert, policy }: Pick<ShareCase, 'alert' | 'policy'>): string[] =>
  (alert.sharedWith ?? []).filter((who) => isOutside(who, perimeterOf(alert, policy)));

/** Who is not ours and may use it now. */
export const sharedOutsideNow = (known: Pick<ShareCase, 'alert' | 'policy' | 'copies'>): string[] =>
  (snapshotIn(known)?.sharedWith ?? []).filter((who) => isOutside(who, perimeterOf(known.alert, known.policy)));

/** The call was one of our own, such as an undo that shares a snapshot again. */
export function isOurs({ alert, policy }: Pick<ShareCase, 'alert' | 'policy'>): boolean {
  const arn = policyArn(alert.principal);
  return arn !== undefined && isResponder(arn, policy.responders);
}
