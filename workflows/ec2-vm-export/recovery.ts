import { condition } from '@temporalio/workflow';
import { validationFindings } from '../../src/domain/findings/findings.ts';
import { recoveryPlan } from '../../src/domain/plan/recovery-plan.ts';
import { carryOut } from '../shared/carry-out.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { accountForRecovery } from './account-wide.ts';
import { judge, type Case } from './case.ts';
import { summary } from './containment.ts';
import { checkContainment } from './containment-watch.ts';
import { readControls } from './mending.ts';
import { storeReport } from './post-incident.ts';
import { recheck } from './recheck.ts';
import { readReads } from './targets.ts';

/**
 * Recovery (S112–S118): take the export service's grant away, deny it unless authorised, watch for the next one. Then come
 * back after hours and days and compare reality with what was left behind; drift re-opens.
 */
export async function recover(incident: IncidentRun, investigated: Case): Promise<Case & { outcome: string }> {
  const acts = await carryOut(incident, async () =>
    recoveryPlan({
      incidentKey: incident.key,
      ...(await readControls(incident, investigated)),
      ...(await accountForRecovery(incident)),
    }),
  );
  await storeReport(incident, investigated, null);

  let known = investigated;
  const recovered = Date.now();
  for (const delay of incident.policy.rechecks) {
    await condition(() => incident.closing, Math.max(recovered + delay - Date.now(), 1));
    if (incident.closing) break;
    known = await readAgain(incident, known);
    await checkContainment(incident, known);
    await recheck(incident, known, investigated.bucket);
  }
  if (incident.policy.rotation) await incident.credentials.settled(incident.policy.rotation, () => incident.closing);
  await incident.temporary.lifted();
  await incident.retries.settled();
  await incident.undos.settled();
  const drifts = incident.record.rechecks.filter(({ result }) => result === 'drift').length;
  return {
    ...known,
    outcome: `${summary(acts)}; ${incident.record.rechecks.length} recheck(s), ${drifts} with drift`,
  };
}

/** Access logs come late: a download that they show days later still counts, and can raise severity. */
async function readAgain(incident: IncidentRun, known: Case): Promise<Case> {
  const reads = await readReads(incident, known.alert, known.bucket, known.object);
  if (reads === null) return known;
  const judged = judge(incident, { ...known, reads });
  incident.record.addFindings(validationFindings(judged));
  return judged;
}
