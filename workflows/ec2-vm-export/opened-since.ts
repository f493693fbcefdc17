import { containmentPlan } from '../../src/domain/plan/containment-plan.ts';
import type { Drift } from '../../src/domain/watch/drift.ts';
import { openedSince, whyNotSeen } from '../../src/domain/watch/opened-since.ts';
import { perimeterOf } from '../../src/domain/policy/perimeter.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import type { Case } from './case.ts';
import { readBucketAndObject, readCopies } from './targets.ts';

/** Reads again what could lead the image outside, and names what containment would shut that it has not shut before (S117). */
export async function readOpenedSince(
  incident: IncidentRun,
  known: Case,
  foundBucket: Case['bucket'],
): Promise<Drift[]> {
  const { record, key, policy } = incident;
  const [copies, { bucket, object }] = await Promise.all([
    readCopies(incident, known),
    readBucketAndObject(incident, known.alert, known.task),
  ]);
  const why = whyNotSeen(bucket, copies, perimeterOf(known.alert, policy));
  if (why !== null) record.addOnce('gap', `whether anything was opened since containment is not known: ${why}`);
  const plan = containmentPlan({ incidentKey: key, ...known, bucket, object, copies, foundBucket });
  return openedSince(plan, record.actions);
}
