import { isInPlace, type ActionRecord } from '../plan/plan.ts';
import { responseTimes, secondsBetween } from '../report/metrics.ts';
import type { IncidentReport } from '../report/report.ts';
import { shareFacts } from './share-severity.ts';
import type { ShareCase } from './share-case.ts';
import { actionKind } from '../acts/action-id.ts';

/** Figures of a shared snapshot, and what would have prevented it. */
export function shareFigures(
  known: ShareCase,
  actions: ActionRecord[],
): Pick<IncidentReport, 'metrics' | 'improvements'> {
  const { alert } = known;
  const facts = shareFacts(known);
  const unshared = actions.find((action) => actionKind(action.id) === 'unshare-copies' && isInPlace(action));
  const outside = facts.sharedOutside.value;
  return {
    metrics: {
      ...responseTimes(alert, actions),
      // Copies that others make of a shared snapshot are in their own trail alone.
      accessedOutsideOrganisation: alert.outcome === 'failure' || outside === 'no' ? 'no' : 'unknown',
      exposure: outside === 'no' ? null : secondsBetween(alert.time, unshared?.at),
    },
    improvements: [
      ...(facts.public.value === 'yes'
        ? [`Block public access to snapshots in account ${alert.recipientAccount}, ${alert.region} (EC2 settings).`]
        : []),
      ...(alert.outcome === 'success' && outside !== 'no'
        ? ['Deny ec2:ModifySnapshotAttribute to everybody but backup roles by a service control policy.']
        : []),
      ...(outside === 'yes'
        ? [
            'Encrypt volumes with a customer managed key: a snapshot under a key that is not shared cannot be used outside.',
          ]
        : []),
    ],
  };
}
