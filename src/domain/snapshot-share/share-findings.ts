import { actorOnAlert } from '../findings/findings.ts';
import { granteeWords } from '../findings/copies.ts';
import type { Finding } from '../findings/evidence.ts';
import { answeredBy, finding, fromTrail, unanswered } from '../findings/finding.ts';
import { withEvidence } from '../findings/finding-evidence.ts';
import { sharedOutsideNow, whyNotRead, type ShareCase } from './share-case.ts';

/** What the alert itself answers. */
export function shareOnAlert({ alert, policy }: Pick<ShareCase, 'alert' | 'policy'>): Finding[] {
  const { eventName, outcome, errorCode, snapshotId, sharedWith } = alert;
  const question = 'Is it known with whom the snapshot was shared?';
  const ended = `${eventName} of ${snapshotId ?? 'an unnamed snapshot'}: ${outcome}${errorCode === undefined ? '' : ` (${errorCode})`}`;
  return [
    finding('outcome', [], 'Was the snapshot shared?', outcome === 'success' ? 'yes' : 'no', ended),
    answeredBy(
      'alert',
      sharedWith === undefined
        ? unanswered('shared-with', [], question, 'the alert does not say it')
        : finding('shared-with', [], question, 'yes', sharedWith.map(granteeWords).join(', ')),
    ),
    ...actorOnAlert({ alert, policy }),
  ];
}

/** What EC2 and the trail answer. */
export function shareFindings(known: ShareCase): Finding[] {
  const { alert, actorTrail, copies, principal } = known;
  const findings = [
    sharedNow(known),
    fromTrail(
      'actor-changes',
      [],
      'Did the actor change anything else?',
      actorTrail,
      (event) => !event.readOnly && event.errorCode === undefined && event.eventId !== alert.eventId,
      'nothing but reading',
    ),
  ];
  return withEvidence(findings, { copies, actorTrail, principal });
}

/** Who copied it while it was shared is in the other account's trail alone: that is never answered here. */
function sharedNow(known: ShareCase): Finding {
  const question = 'May somebody outside copy the snapshot now?';
  const why = whyNotRead(known);
  if (why !== null) return unanswered('copies-shared', [], question, why);
  const id = known.alert.snapshotId ?? '';
  const outside = sharedOutsideNow(known);
  return outside.length > 0
    ? finding('copies-shared', [], question, 'yes', `${id}: ${outside.map(granteeWords).join(', ')}`)
    : finding('copies-shared', [], question, 'no', `${id} is shared with nobody outside`);
}
