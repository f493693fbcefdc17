import type { IncidentFigures } from './incident-figures.ts';

/** What became of the incidents that the alerts of one rule opened; null: alerts that name no rule. */
export interface RuleFigures {
  rule: string | null;
  incidents: number;
  /** False positives: exports that turned out to be authorised. */
  authorised: number;
}

/** The rules with the most incidents first. */
export function byRule(figures: IncidentFigures[]): RuleFigures[] {
  const rules = Map.groupBy(figures, ({ rule }) => rule);
  return [...rules]
    .map(([rule, of]) => ({ rule, incidents: of.length, authorised: authorised(of) }))
    .sort((a, b) => b.incidents - a.incidents || (a.rule ?? '').localeCompare(b.rule ?? ''));
}

/** How often an entry of the allow-list matched, and what came of it: a match never closes a high incident (P9). */
export interface EntryFigures {
  entry: string;
  matched: number;
  authorised: number;
  lastAt: string;
}

export function byAllowListEntry(figures: IncidentFigures[]): EntryFigures[] {
  const entries = Map.groupBy(
    figures.filter(({ allowListEntry }) => allowListEntry !== null),
    ({ allowListEntry }) => allowListEntry ?? '',
  );
  return [...entries]
    .map(([entry, of]) => ({
      entry,
      matched: of.length,
      authorised: authorised(of),
      lastAt: of.map(({ openedAt }) => openedAt).reduce((a, b) => (Date.parse(a) > Date.parse(b) ? a : b)),
    }))
    .sort((a, b) => b.matched - a.matched || a.entry.localeCompare(b.entry));
}

const authorised = (figures: IncidentFigures[]): number =>
  figures.filter(({ verdict }) => verdict === 'authorised').length;

/** What was asked of people, and what of it was overdue; `unknown` incidents did not record it. */
export interface ApprovalFigures {
  requests: number;
  overdue: number;
  unknown: number;
}

export const approvalsIn = (figures: IncidentFigures[]): ApprovalFigures => ({
  requests: sum(figures.map(({ requests }) => requests ?? 0)),
  overdue: sum(figures.map(({ overdue }) => overdue ?? 0)),
  unknown: figures.filter(({ requests }) => requests === null).length,
});

/** Incidents that were looked at after recovery, and those of them in which something had not held. */
export interface DriftFigures {
  watched: number;
  drifted: number;
}

export const driftIn = (figures: IncidentFigures[]): DriftFigures => ({
  watched: figures.filter(({ rechecks }) => rechecks > 0).length,
  drifted: figures.filter(({ drifted }) => drifted > 0).length,
});

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
