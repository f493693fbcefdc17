import { granteeWords } from '../findings/copies.ts';
import { actorContainment } from '../plan/actor-containment.ts';
import { copiesOfOthers, unshareCopies } from '../plan/copy-containment.ts';
import type { Plan } from '../plan/plan.ts';
import { plannedAgain, planOf, type PlanInput, type Proposal } from '../plan/planning.ts';
import { givenOutside, sharedOutsideNow, snapshotIn, whyNotRead, type ShareCase } from './share-case.ts';

/** Everybody outside loses the snapshot, then the actor is contained; an attempt left nothing but the actor. */
export function sharePlan(incidentKey: string, known: ShareCase): Plan {
  // What the plans of an export read beside it, this playbook has not read.
  const notRead = { task: null, object: null, bucket: null, reads: null };
  const input = { incidentKey, ...known, ...notRead };
  return planOf('containment', [
    ...(known.alert.outcome === 'success' ? [...unshare(input, known), ...takenBack(known)] : sharedBefore(known)),
    ...actorContainment(input),
    ...(known.beyond ?? []),
  ]);
}

/** Whom else it was given, as EC2 tells; where EC2 does not tell, what people can do. */
function unshare(input: PlanInput, known: ShareCase): Proposal[] {
  const proposals = unshareCopies(input, 'neither the snapshot nor an image of it is shared outside');
  const why = whyNotRead(known);
  if (why === null) return proposals;
  const { snapshotId } = known.alert;
  const given = givenOutside(known).map(granteeWords).join(', ');
  const byHand = {
    what: `take back the share of ${snapshotId ?? 'the snapshot'}${given === '' ? '' : ` with ${given}`}`,
    // Reasons of AWS are long, and cut where there is little room: what to do comes first.
    why:
      'look in EC2 whom it is shared with, and take it back by hand' +
      (snapshotId === undefined ? '' : `; ${plannedAgain(input, `unshare-copies:${snapshotId}`)}`) +
      `; whom it is shared with now is not known: ${why}`,
  };
  return [
    byHand,
    ...proposals.filter((proposal) => 'input' in proposal || !proposal.what.startsWith('unshare-copies')),
  ];
}

/** A share that was taken back before anybody looked was long enough for a copy. */
function takenBack(known: ShareCase): Proposal[] {
  const now = sharedOutsideNow(known);
  const copy = known.alert.snapshotId === undefined ? 'the snapshot' : `snapshot ${known.alert.snapshotId}`;
  return givenOutside(known)
    .filter((who) => !now.includes(who))
    .map((who) => copiesOfOthers({ copy, who }));
}

/** The call failed, and somebody outside has the snapshot all the same: that may be as meant, and is nobody's of this incident. */
function sharedBefore(known: ShareCase): Proposal[] {
  const outside = sharedOutsideNow(known).map(granteeWords).join(', ');
  return outside === ''
    ? []
    : [
        {
          what: `take back the share of ${snapshotIn(known)?.id ?? 'the snapshot'} with ${outside}`,
          why: 'this call failed, and another one gave it: find out who meant it, and take it back by hand',
        },
      ];
}
