import type { PlaybookDescriptor } from '../../../workflows/shared/descriptor.ts';
import { techniquesOf } from '../../domain/report/attack.ts';
import type { IncidentReport } from '../../domain/report/report.ts';

/** One technique of MITRE ATT&CK in a report, the same in each form of it. */
export interface TechniqueRow {
  /** From 1, as they stand. */
  number: number;
  name: string;
  url: string;
  tactic: string;
  /** The findings that show it; none: it is of the kind of incident. */
  shownBy: { id: string; question: string }[];
}

export const notShown = 'the kind of incident; no finding shows it here';

/** What this incident shows comes first; then by the order of tactics in ATT&CK, and by id. */
export function techniqueRows(report: IncidentReport, playbook: PlaybookDescriptor | undefined): TechniqueRow[] {
  const questions = new Map(report.findings.map(({ id, question }) => [id, question]));
  return techniquesOf(playbook?.techniques ?? [], report).map(({ technique, findings }, index) => ({
    number: index + 1,
    name: `${technique.id} ${technique.name}`,
    url: `https://attack.mitre.org/techniques/${technique.id.replace('.', '/')}/`,
    tactic: `${technique.tactic.id} ${technique.tactic.name}`,
    shownBy: findings.map((id) => ({ id, question: questions.get(id) ?? id })),
  }));
}
