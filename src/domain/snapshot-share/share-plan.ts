import { granteeWords } from '../findings/copies.ts';
import { actorContainment } from '../plan/actor-containment.ts';
import { unshareCopies } from '../plan/copy-containment.ts';
import type { Plan } from '../plan/plan.ts';
import { planOf, type Proposal } from '../plan/planning.ts';
import { givenOutside, sharedOutsideNow, type ShareCase } from './share-case.ts';

/** Everybody outside loses the snapshot, then the actor is contained; an attempt left nothing but the actor. */
export function sharePlan(incidentKey: string, known: ShareCase): Plan {
  // What the plans of an export read beside it, this playbook has not read.
  const notRead = { task: null, object: null, bucket: null, reads: null };
  const input = { incidentKey, ...known, ...notRead };
  return planOf('containment', [
    ...(known.alert.outcome === 'success' ? [...unshareCopies(input), ...takenBack(known)] : []),
    ...actorContainment(input),
  ]);
}

/** A share that was taken back before anybody looked was long enough for a copy. */
function takenBack(known: ShareCase): Proposal[] {
  const now = sharedOutsideNow(known);
  return givenOutside(known)
    .filter((who) => !now.includes(who))
    .map((who) => ({
      what: `copies of ${known.alert.snapshotId ?? 'the snapshot'} that ${granteeWords(who)} made`,
      why: `it is not shared any more, but was: such copies are beyond our control: ask ${granteeWords(who)}, or AWS Support`,
    }));
}
