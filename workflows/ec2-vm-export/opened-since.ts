import { containmentPlan } from '../../src/domain/plan/containment-plan.ts';
import type { Drift } from '../../src/domain/watch/drift.ts';
import { openedSince, whyNotSeen } from '../../src/domain/watch/opened-since.ts';
import { perimeterOf } from '../../src/domain/policy/perimeter.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import type { Case } from './case.ts';
import { readBucketAndObject, readCopies, readCopyBuckets } from './targets.ts';

/**
 * Reads again what could lead the image outside, and names what containment would shut that it has not shut before (S117).
 * `reading`: who read the export, as logs tell it by now.
 */
export async function readOpenedSince(
  incident: IncidentRun,
  before: Case,
  reading: Promise<Case>,
  foundBucket: Case['bucket'],
): Promise<{ drifted: Drift[]; unseen: string | null }> {
  const { record, key, policy } = incident;
  const [known, copies, { bucket, object }] = await Promise.all([
    reading,
    readCopies(incident, before),
    readBucketAndObject(incident, before.alert, before.task),
  ]);
  const copyBuckets = await readCopyBuckets(incident, known);
  const unseen = whyNotSeen(bucket, copies, perimeterOf(known.alert, policy));
  const plan = containmentPlan({ incidentKey: key, ...known, bucket, object, copies, copyBuckets, foundBucket });
  return { drifted: openedSince(plan, record.actions), unseen };
}
