import { acknowledgement } from '../approval/acknowledgement.ts';
import type { Severity, Verdict } from '../severity/assessment.ts';
import type { IncidentReport, Metrics } from './report.ts';

/** The figures of one closed incident (S120–S123); durations in seconds, null: it did not happen, or is not known. */
export interface IncidentFigures {
  incidentKey: string;
  openedAt: string;
  account: string;
  severity: Severity;
  verdict: Verdict;
  timeToDetection: number | null;
  timeToAcknowledgement: number | null;
  timeToContainment: number | null;
  exposure: number | null;
  accessedOutside: Metrics['accessedOutsideOrganisation'];
}
export const durations = ['timeToDetection', 'timeToAcknowledgement', 'timeToContainment', 'exposure'] as const;
export type DurationName = (typeof durations)[number];

export const figuresOf = ({
  incidentKey,
  openedAt,
  alert,
  assessment,
  verdict,
  metrics,
  decisions,
}: IncidentReport): IncidentFigures => ({
  incidentKey,
  openedAt,
  account: alert.recipientAccount,
  severity: assessment.severity,
  verdict,
  timeToDetection: metrics.timeToDetection,
  timeToAcknowledgement: acknowledgement(alert, decisions)?.after ?? null,
  timeToContainment: metrics.timeToContainment,
  exposure: metrics.exposure,
  accessedOutside: metrics.accessedOutsideOrganisation,
});

/** Incidents that opened in [from, to), each once, by its final report; the earliest first. Undos are no incidents. */
export function closedBetween(reports: IncidentReport[], from: number, to: number): IncidentReport[] {
  const found = new Map<string, IncidentReport>();
  for (const report of reports) {
    const opened = Date.parse(report.openedAt);
    if (report.closedAt === null || report.undoes !== undefined || !(opened >= from && opened < to)) continue;
    const other = found.get(report.runId);
    if (!other || Date.parse(other.closedAt ?? '') < Date.parse(report.closedAt)) found.set(report.runId, report);
  }
  return [...found.values()].sort((a, b) => Date.parse(a.openedAt) - Date.parse(b.openedAt));
}

/** Of how many it is known, the middle, and what nine of ten do not exceed. */
export interface Spread {
  known: number;
  median: number | null;
  ninetieth: number | null;
}

/** Nearest rank: every figure is one that an incident had. Unknown ones count for nothing, and `known` says so. */
export function spreadOf(figures: IncidentFigures[], name: DurationName): Spread {
  const values = figures.flatMap((figure) => figure[name] ?? []).sort((a, b) => a - b);
  const rank = (share: number): number | null => values[Math.ceil(share * values.length) - 1] ?? null;
  return { known: values.length, median: rank(0.5), ninetieth: rank(0.9) };
}
