import { newsSince, type Standing } from '../../src/domain/watch/late-news.ts';
import { laterFindings, validationFindings } from '../../src/domain/findings/findings.ts';
import { recoveryPlan } from '../../src/domain/plan/recovery-plan.ts';
import { carryOut } from '../shared/carry-out.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { reportedMeanwhile } from '../shared/post-incident.ts';
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

  let known = investigated;
  const lookAgain = async () => {
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
  };
  const looked = await reportedMeanwhile(incident, figuresOf(incident, investigated), () =>
    comeBack(incident, lookAgain),
  );
  return { ...known, outcome: `${summary(acts, incident.key)}; ${looked}` };
}

const standingNow = ({ assessment, record }: IncidentRun): Standing => ({
  assessment,
  findings: record.findings.slice(),
});

/**
 * Logs come late: a download that they show days later still counts, and can raise severity; so does its signer, and a
 * trail that was stopped. People hear of what makes it worse when it is found, not when the report is written.
 */
async function readAgain(incident: IncidentRun, known: Case): Promise<Case> {
  const before = standingNow(incident);
  const [reads] = await Promise.all([
    readReads(incident, known.alert, known.bucket, known.object),
    readLater(incident, known),
  ]);
  const signers = reads === null ? {} : { reads, ...(await readNewSigners(incident, { ...known, reads })) };
  const judged = judge(incident, { ...known, ...signers });
  incident.show();
  incident.record.addFindings([...(reads === null ? [] : validationFindings(judged)), ...laterFindings(judged)]);
  tellNews(incident, newsSince(before, standingNow(incident)));
  return judged;
}

function tellNews({ record, people }: IncidentRun, news: string[]): void {
  if (news.length === 0) return;
  const text = `looked again, and found: ${news.join('; ')}`;
  record.add('finding', text);
  people.learnt(text);
}
