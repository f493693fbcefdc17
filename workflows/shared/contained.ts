import { timesAt } from '../../src/domain/approval/escalation.ts';
import type { ActionRecord } from '../../src/domain/plan/plan.ts';
import { classOf } from '../../src/domain/plan/left-out-order.ts';
import type { IncidentRun } from './incident-run.ts';
import { summary, whyNothing } from './summary.ts';

/**
 * What became of containment. Where it could plan nothing, nobody was asked, and no message has said so yet: that is told
 * here, and whoever is on call is paged, where the policy pages at this severity.
 */
export function contained(incident: IncidentRun, acts: ActionRecord[]): { outcome: string } {
  const { key, policy, record, people } = incident;
  const outcome = summary(acts, key);
  if (acts.length > 0) return { outcome };
  const wanted = record.notPlanned.filter(({ what }) => classOf(what) !== 'remark');
  const { pageAfter } = timesAt(incident.severity, policy.approvals);
  if (wanted.length > 0 && pageAfter !== undefined) people.uncontained(wanted.length);
  return { outcome: outcome + whyNothing(record.notPlanned, key) };
}
