import { otherCallersBeyond } from '../../src/domain/alert/other-callers.ts';
import { iamIdentity } from '../../src/domain/alert/principal.ts';
import { containmentPlan } from '../../src/domain/plan/containment-plan.ts';
import type { ActionRecord } from '../../src/domain/plan/plan.ts';
import { foundOff } from '../../src/domain/plan/shared-state.ts';
import { awaitExportTask } from '../activities.ts';
import { carryOut } from '../shared/carry-out.ts';
import { contained } from '../shared/contained.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { observed } from '../shared/observed.ts';
import { placeOf } from '../shared/place.ts';
import { accountForContainment } from './account-wide.ts';
import type { Case } from './case.ts';
import { readTargets } from './targets.ts';

/**
 * Containment (S93–S103): deny reads of the export, contain the actor, cancel or preserve what still runs, take outsiders'
 * grants away, copy it to the forensics account, delete the original where the policy says so. In that order: an attacker
 * is faster than a copy.
 */
export async function containExport(incident: IncidentRun, investigated: Case): Promise<{ outcome: string }> {
  let known = investigated;
  let planned = 0;
  const plan = async () => {
    if (planned++ > 0) known = await readTargets(incident, known);
    incident.record.foundOff = foundOff(known);
    const accountWide = await accountForContainment(incident);
    return containmentPlan({
      incidentKey: incident.key,
      ...known,
      beyond: [...known.beyond, ...otherCallers(incident, known)],
      foundBucket: investigated.bucket,
      ...accountWide,
    });
  };
  const acts = await carryOut(incident, plan);
  if (stillRunning(known) && incident.policy.runningExport === 'preserve') {
    acts.push(...(await whenFinished(incident, known, investigated.bucket)));
  }
  return contained(incident, acts);
}

/** Who made the same call, too, and is in no plan. */
const otherCallers = ({ furtherAlerts }: IncidentRun, { alert, suspects }: Case): Case['beyond'] =>
  otherCallersBeyond(furtherAlerts.otherCallers, [iamIdentity(alert.principal), ...suspects]);

const stillRunning = ({ task }: Case): boolean => task?.state === 'active' || task?.state === 'cancelling';

/** A preserved export is locked up, copied and perhaps deleted once the service has written it; reads are denied before. */
async function whenFinished(incident: IncidentRun, known: Case, foundBucket: Case['bucket']): Promise<ActionRecord[]> {
  const { exportTaskId } = known.alert;
  if (exportTaskId === undefined) return [];
  const question = awaitExportTask({ ...placeOf(known.alert), exportTaskId });
  if (!(await observed(incident.record, 'the end of the export', question))) return [];
  const plan = async () => {
    const now = await readTargets(incident, known);
    return containmentPlan({ incidentKey: incident.key, ...now, foundBucket });
  };
  return carryOut(incident, plan, new Set(['lock-bucket', 'copy-to-forensics', 'delete-original']));
}
