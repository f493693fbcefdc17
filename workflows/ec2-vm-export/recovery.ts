import { laterFindings, validationFindings } from '../../src/domain/findings/findings.ts';
import { recoveryPlan } from '../../src/domain/plan/recovery-plan.ts';
import { carryOut } from '../shared/carry-out.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { storeReport } from '../shared/post-incident.ts';
import { readingBack } from '../shared/read-back.ts';
import { comeBack, recheck } from '../shared/recheck.ts';
import { summary } from '../shared/summary.ts';
import { accountForRecovery } from './account-wide.ts';
import { judge, type Case } from './case.ts';
import { checkContainment, isOfContainment } from './containment-watch.ts';
import { figuresOf } from './figures.ts';
import { mendingPlan, readControls } from './mending.ts';
import { readLater } from './late-log.ts';
import { readOpenedSince } from './opened-since.ts';
import { readNewSigners } from './signers.ts';
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
  await storeReport(incident, figuresOf(incident, investigated), null);

  let known = investigated;
  const looked = await comeBack(incident, async () => {
    const before = known;
    const acted = incident.record.actions.length;
    const reading = readAgain(incident, before);
    await recheck(incident, {
      planNow: () => mendingPlan(incident, known, investigated.bucket),
      openedSince: () => readOpenedSince(incident, before, reading, investigated.bucket),
      alongside: async (readBack) => {
        known = await reading;
        await checkContainment(incident, known, readBack);
      },
    });
    // What was put back holds again, or does not: the report is not to end with what was seen before.
    const putBack = incident.record.actions.slice(acted).some(({ id }) => isOfContainment(incident, id));
    if (putBack) await checkContainment(incident, known, readingBack(incident));
  });
  return { ...known, outcome: `${summary(acts, incident.key)}; ${looked}` };
}

/**
 * Logs come late: a download that they show days later still counts, and can raise severity; so does its signer, and a
 * trail that was stopped.
 */
async function readAgain(incident: IncidentRun, known: Case): Promise<Case> {
  const [reads] = await Promise.all([
    readReads(incident, known.alert, known.bucket, known.object),
    readLater(incident, known),
  ]);
  const signers = reads === null ? {} : { reads, ...(await readNewSigners(incident, { ...known, reads })) };
  const judged = judge(incident, { ...known, ...signers });
  incident.show();
  incident.record.addFindings([...(reads === null ? [] : validationFindings(judged)), ...laterFindings(judged)]);
  return judged;
}
