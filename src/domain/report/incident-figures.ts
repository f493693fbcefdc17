import { acknowledgement } from '../approval/acknowledgement.ts';
import type { Severity, Verdict } from '../severity/assessment.ts';
import type { IncidentReport, Metrics } from './report.ts';

/** The figures of one closed incident (S120–S123); durations in seconds, null: it did not happen, or is not known. */
export interface IncidentFigures {
  incidentKey: string;
  /** Of the run: a reset incident has another one, with figures of its own. */
  runId: string;
  openedAt: string;
  closedAt: string;
  account: string;
  severity: Severity;
  verdict: Verdict;
  /** Whose alert opened it; null: the alert names no rule. */
  rule: string | null;
  /** The entry of the allow-list that it matched, whatever the verdict. */
  allowListEntry: string | null;
  /** What was asked of people, and how much of it was overdue at some time; null: that was not recorded then. */
  requests: number | null;
  overdue: number | null;
  /** How often it was looked for drift after recovery, and how often there was some. */
  rechecks: number;
  drifted: number;
  timeToDetection: number | null;
  timeToAcknowledgement: number | null;
  timeToContainment: number | null;
  exposure: number | null;
  accessedOutside: Metrics['accessedOutsideOrganisation'];
}
export const durations = ['timeToDetection', 'timeToAcknowledgement', 'timeToContainment', 'exposure'] as const;
export type DurationName = (typeof durations)[number];

/** Null: it is an interim report, or that of an undo, which is no incident. */
export function figuresOf(report: IncidentReport): IncidentFigures | null {
  const { closedAt, alert, assessment, metrics, decisions, requests, rechecks } = report;
  if (closedAt === null || report.undoes !== undefined) return null;
  const wasOverdue = ({ told }: NonNullable<typeof requests>[number]): boolean =>
    told.some(({ what }) => what === 'overdue');
  return {
    incidentKey: report.incidentKey,
    runId: report.runId,
    openedAt: report.openedAt,
    closedAt,
    account: alert.recipientAccount,
    severity: assessment.severity,
    verdict: report.verdict,
    rule: alert.arrival.rule ?? null,
    allowListEntry: matchedEntry(report),
    requests: requests?.length ?? null,
    overdue: requests?.filter(wasOverdue).length ?? null,
    rechecks: rechecks.length,
    drifted: rechecks.filter(({ result }) => result === 'drift').length,
    timeToDetection: metrics.timeToDetection,
    timeToAcknowledgement: acknowledgement(alert, decisions)?.after ?? null,
    timeToContainment: metrics.timeToContainment,
    exposure: metrics.exposure,
    accessedOutside: metrics.accessedOutsideOrganisation,
  };
}

/** The criterion of the documented process has the entry for its evidence. */
function matchedEntry({ assessment }: IncidentReport): string | null {
  const process = assessment.met.find(({ id }) => id === 'S67');
  const [, entry] = /^allow-list entry ([A-Za-z0-9][\w.@-]{0,63}): /.exec(process?.evidence[0] ?? '') ?? [];
  return entry ?? null;
}

/**
 * Of incidents that opened in [from, to), wherever their figures were found: each run once, by what closed it last, the
 * earliest first.
 */
export function inPeriod(figures: IncidentFigures[], from: number, to: number): IncidentFigures[] {
  const found = new Map<string, IncidentFigures>();
  for (const one of figures) {
    const opened = Date.parse(one.openedAt);
    if (!(opened >= from && opened < to)) continue;
    const other = found.get(one.runId);
    if (!other || Date.parse(other.closedAt) < Date.parse(one.closedAt)) found.set(one.runId, one);
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
