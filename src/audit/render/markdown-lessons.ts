import type { IncidentReport } from '../../domain/report/report.ts';
import { reviewTasks } from '../../domain/report/review-tasks.ts';
import type { PlaybookDescriptor } from '../../../workflows/shared/descriptor.ts';
import { lossOf } from './loss.ts';
import { list, table, text } from './markdown-parts.ts';
import { notShown, techniqueRows } from './technique-rows.ts';

/** The techniques that the playbook is about, and by which findings this incident shows them. */
export function techniques(report: IncidentReport, playbook: PlaybookDescriptor | undefined): string {
  const rows = techniqueRows(report, playbook).map(({ number, name, url, tactic, shownBy }) => [
    String(number),
    `[${text(name)}](${url})`,
    text(tactic),
    shownBy.length === 0 ? notShown : shownBy.map(({ question }) => text(question)).join(' '),
  ]);
  return rows.length === 0 ? '' : table(['No.', 'Technique', 'Tactic', 'Shown by'], rows);
}

/** What stays with people (S119), as boxes to tick. */
export const review = (report: IncidentReport, playbook: PlaybookDescriptor | undefined): string =>
  list(
    reviewTasks(report, lossOf(report)).map(({ what, why, procedure }) => {
      const page = playbook?.procedures.find(({ sources }) => procedure !== undefined && sources.includes(procedure));
      return `[ ] ${text(what)}${what.endsWith('?') ? '' : ','} because ${text(why)}${page ? ` (${text(page.path)})` : ''}`;
    }),
  );
