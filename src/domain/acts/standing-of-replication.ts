import type { SetBucketReplication, TargetCheck } from './acts.ts';
import { canonicalJson, sameJson } from '../digest.ts';
import { asPlanned, changed, check, untouched } from './standing.ts';
import type { ReplicationConfiguration } from '../findings/bucket-facts.ts';

/** Rules have no order: which comes first, their priority says. */
const sameReplication = (a: ReplicationConfiguration, b: ReplicationConfiguration): boolean =>
  a.Role === b.Role && sameJson(a.Rules.map(canonicalJson).sort(), b.Rules.map(canonicalJson).sort());

/**
 * `gone`: there is no such bucket; null: it replicates nothing. A configuration that somebody has deleted since is
 * changed, not done: an undo would bring back what they took away.
 */
export function standingOfReplication(
  { bucket, before, after }: SetBucketReplication,
  now: ReplicationConfiguration | null | 'gone',
): TargetCheck {
  const what = `the replication of bucket ${bucket}`;
  if (now === 'gone') return check('gone', `there is no bucket ${bucket}`);
  if (now && sameReplication(now, after)) return asPlanned(what);
  return now && sameReplication(now, before) ? untouched(what) : changed(what);
}
