import { accessPointGap } from '../policy/access-points.ts';
import { policyGap } from '../policy/bucket-access.ts';
import { gapsOf } from '../findings/copies.ts';
import type { Drift } from './drift.ts';
import type { CopiesFacts } from '../findings/facts.ts';
import type { Perimeter } from '../policy/perimeter.ts';
import { isInPlace, type ActionRecord, type Plan } from '../plan/plan.ts';
import { replicationGap } from '../policy/replication.ts';
import { wasUndone } from '../plan/undo-plan.ts';
import { actionKind } from '../acts/action-id.ts';
import type { BucketFacts } from '../findings/bucket-facts.ts';

/** Kinds that shut somebody outside out of the export or of a copy of the machine. */
const shutting = [
  'deny-copy-reads',
  'unshare-copies',
  'stop-replication',
  'close-access-point',
  'remove-outside-grants',
  'remove-outside-acl-grants',
];

/** Kinds that contain somebody beside the actor, who may be known only by what logs tell late. */
const containing = ['disable-access-keys', 'deny-actor', 'revoke-role-sessions'];

/** Whether the action shuts somebody out, in whichever phase: what showed late is done in recovery. */
export const shutsOut = (id: string): boolean => [...shutting, ...containing].includes(actionKind(id));

/**
 * What was opened after containment beside its targets, such as a share of another image: containment would shut it now, and
 * had nothing to shut, or has shut something else. And who became known since. What people left out, or took back, stays so.
 */
export function openedSince({ actions }: Plan, records: ActionRecord[]): Drift[] {
  const lastOf = (id: string) => records.findLast((record) => record.id === id);
  return actions.flatMap(({ id, title }) => {
    const last = lastOf(id);
    const kind = actionKind(id);
    // The actor's own actions have no name behind their kind, and were planned from the start.
    if (containing.includes(kind) && id !== kind && last === undefined) {
      return [{ id, detail: `known since the incident planned: ${title}` }];
    }
    if (!shutting.includes(kind) || wasUndone(id, records)) return [];
    return last === undefined || isInPlace(last) ? [{ id, detail: `opened since the incident planned: ${title}` }] : [];
  });
}

/** Why something may have been opened that was not seen, or null. A bucket that is not ours we never changed. */
export function whyNotSeen(bucket: BucketFacts | null, copies: CopiesFacts[], perimeter: Perimeter): string | null {
  const [gap] = gapsOf(copies);
  if (gap) return `${gap.what}: ${gap.why}`;
  if (bucket?.ownedByAccount === 'unknown') return `whose bucket ${bucket.bucket} is could not be found out`;
  if (bucket?.ownedByAccount !== 'yes') return null;
  return policyGap(bucket) ?? replicationGap(bucket) ?? accessPointGap(bucket, perimeter);
}
