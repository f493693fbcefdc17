import { bundleName } from '../../src/domain/archive.ts';
import { closingWords } from '../../src/domain/report/closing-words.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import type { Verdict } from '../../src/domain/severity/assessment.ts';
import { notify } from '../activities.ts';
import { indexIncident } from './archive.ts';
import type { IncidentRun } from './incident-run.ts';
import { now } from './record.ts';

/** What a playbook works out for its report from its own facts. */
export type Figures = Pick<IncidentReport, 'metrics' | 'improvements'>;

/**
 * The end of a playbook: the detector is told the verdict first, so that the report says whether it was. No report where
 * nothing was done because the call was authorised, and it no longer is when all have been told: another alert named
 * somebody else who made the same call, or contradicted the first.
 */
export async function conclude(
  incident: IncidentRun,
  settled: { verdict: Verdict },
  figures: () => Figures,
): Promise<{ outcome: string; report: IncidentReport | null }> {
  await incident.detector.close(incident.verdict ?? 'undetermined', incident.assessment?.severity ?? null);
  await tellAll(incident);
  const { verdict } = incident;
  if (settled.verdict === 'authorised' && verdict !== 'authorised') {
    return { outcome: `not closed: ${verdict ?? 'undetermined'} now, and it is responded to`, report: null };
  }
  const report = await storeReport(incident, figures(), now());
  return { outcome: closingWords(report), report };
}

/**
 * From the verdict to the end of the playbook. What was authorised needs its record alone, unless it is no longer authorised
 * when that is about to be written: then it is responded to like anything else.
 */
export async function untilReported<T extends { verdict: Verdict }>(
  incident: IncidentRun,
  validated: T,
  respond: (validated: T) => Promise<T>,
  report: (settled: T) => Promise<{ report: IncidentReport | null }>,
): Promise<IncidentReport> {
  const settled = validated.verdict === 'authorised' ? validated : await respond(validated);
  const { report: last } = await report(settled);
  if (last) return incident.close(last);
  return untilReported(incident, { ...validated, verdict: incident.verdict ?? 'undetermined' }, respond, report);
}

/** Post-incident (S119–S126): figures, improvements and the report, stored where the workflow's history cannot reach. */
export async function review(incident: IncidentRun, figures: () => Figures): Promise<void> {
  await tellAll(incident);
  await storeReport(incident, figures(), now());
}

async function tellAll(incident: IncidentRun): Promise<void> {
  await indexIncident(incident);
  await incident.notices.delivered();
}

/** Stores an interim report beside what goes on: a store that takes nothing now holds up no recheck. */
export async function reportedMeanwhile<T>(
  incident: IncidentRun,
  figures: Figures,
  goOn: () => Promise<T>,
): Promise<T> {
  const [, result] = await Promise.all([storeReport(incident, figures, null), goOn()]);
  return result;
}

/** Builds the report from the record as it stands and stores its renderings; `closedAt` null makes it an interim one. */
export async function storeReport(
  incident: IncidentRun,
  figures: Figures,
  closedAt: string | null,
): Promise<IncidentReport> {
  const report = buildReport(incident, figures, closedAt);
  return { ...report, stored: await notify.storeReport({ report }) };
}

function buildReport(incident: IncidentRun, figures: Figures, closedAt: string | null): IncidentReport {
  const { record, opening } = incident;
  // A copy: the record goes on while the stored report stays as it was stored.
  return copyOf({
    incidentKey: incident.key,
    workflowId: incident.workflowId,
    runId: record.runId,
    playbook: incident.playbook.id,
    openedAt: record.openedAt,
    closedAt,
    alert: opening.alert,
    alertCount: record.alertCount,
    eventIds: record.eventIds,
    arrivals: record.arrivals,
    related: incident.relations.related,
    relatedTotal: incident.relations.relatedTotal,
    burst: incident.relations.burst,
    alertsNotListed: record.alertsNotListed,
    verdict: incident.verdict ?? 'undetermined',
    assessment: incident.assessment ?? { severity: incident.severity, met: [], unknown: ['nothing was assessed'] },
    phases: record.phases,
    findings: record.findings,
    requests: incident.gate.requests,
    decisions: record.decisions,
    actions: record.actions,
    notPlanned: record.notPlanned,
    rechecks: record.rechecks,
    ...figures,
    timeline: record.timeline,
    notes: record.notes,
    // An incident of an earlier version must report what it reported then.
    ...(incident.credentials.records.length > 0 ? { credentials: incident.credentials.records } : {}),
    ...(incident.policy.notices ? { notices: incident.notices.records } : {}),
    ...(incident.links ? { links: incident.links } : {}),
    policyDigest: opening.policyDigest,
    ...(opening.predecessor === undefined ? {} : { predecessor: opening.predecessor }),
    ...(incident.undos.records.length === 0 ? {} : { undos: incident.undos.records }),
    ...(incident.temporary.measures.length === 0 ? {} : { temporary: incident.temporary.measures }),
    ...(opening.undoes === undefined ? {} : { undoes: opening.undoes }),
    ...incident.behindActor,
    ...(incident.policy.sealed ? { sealedAs: `${incident.key}/${bundleName(record.runId)}` } : {}),
  });
}

const copyOf = (report: IncidentReport): IncidentReport => JSON.parse(JSON.stringify(report)) as IncidentReport;
