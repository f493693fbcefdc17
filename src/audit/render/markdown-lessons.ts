import { techniquesOf } from '../../domain/report/attack.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { reviewTasks } from '../../domain/report/review-tasks.ts';
import type { PlaybookDescriptor } from '../../../workflows/shared/descriptor.ts';
import { list, table, text } from './markdown-parts.ts';

/** The techniques that the playbook is about, and by which findings this incident shows them. */
export function techniques(report: IncidentReport, playbook: PlaybookDescriptor | undefined): string {
  const found = techniquesOf(playbook?.techniques ?? [], report);
  const questions = new Map(report.findings.map(({ id, question }) => [id, question]));
  const rows = found.map(({ technique: { id, name, tactic }, findings }) => [
    `[${id}](https://attack.mitre.org/techniques/${id.replace('.', '/')}/) ${text(name)}`,
    `${tactic.id} ${text(tactic.name)}`,
    findings.length === 0
      ? 'the kind of incident; no finding shows it here'
      : findings.map((id) => text(questions.get(id) ?? id)).join(' '),
  ]);
  return rows.length === 0 ? '' : table(['Technique', 'Tactic', 'Shown by'], rows);
}

/** What stays with people (S119), as boxes to tick. */
export const review = (report: IncidentReport, playbook: PlaybookDescriptor | undefined): string =>
  list(
    reviewTasks(report).map(({ what, why, procedure }) => {
      const page = playbook?.procedures.find(({ sources }) => procedure !== undefined && sources.includes(procedure));
      return `[ ] ${text(what)}, because ${text(why)}${page ? ` (${text(page.path)})` : ''}`;
    }),
  );
