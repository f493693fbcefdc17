import { accessPointGap } from '../policy/access-points.ts';
import { policyGap } from '../policy/bucket-access.ts';
import { gapsOf } from '../findings/copies.ts';
import type { Drift } from './drift.ts';
import type { BucketFacts, CopiesFacts } from '../findings/facts.ts';
import type { Perimeter } from '../policy/perimeter.ts';
import { actionKind, type ActionRecord, type Plan } from '../plan/plan.ts';
import { replicationGap } from '../policy/replication.ts';
import { wasUndone } from '../plan/undo-plan.ts';

/** Kinds that shut somebody outside out of the export or of a copy of the machine. */
const shutting = [
  'unshare-copies',
  'stop-replication',
  'close-access-point',
  'remove-outside-grants',
  'remove-outside-acl-grants',
];

/**
 * What was opened after containment beside its targets, such as a share of another image: containment would shut it now, and
 * had nothing to shut, or has shut something else. What people left out, or took back, stays so.
 */
export const openedSince = ({ actions }: Plan, records: ActionRecord[]): Drift[] =>
  actions
    .filter(({ id }) => shutting.includes(actionKind(id)) && !wasUndone(id, records))
    .filter(({ id }) => {
      const last = records.findLast((record) => record.id === id);
      return last === undefined || last.status === 'applied' || last.status === 'already';
    })
    .map(({ id, title }) => ({ id, detail: `opened since the incident planned: ${title}` }));

/** Why something may have been opened that was not seen, or null. A bucket that is not ours we never changed. */
export function whyNotSeen(bucket: BucketFacts | null, copies: CopiesFacts[], perimeter: Perimeter): string | null {
  const [gap] = gapsOf(copies);
  if (gap) return `${gap.what}: ${gap.why}`;
  if (bucket?.ownedByAccount !== 'yes') return null;
  return policyGap(bucket) ?? replicationGap(bucket) ?? accessPointGap(bucket, perimeter);
}
