import type { IncidentReport } from './report.ts';
import { reviewTasks } from './review-tasks.ts';

/** The last line that people read: where the report is, and how much is left to them. */
export function closingWords(report: IncidentReport): string {
  const { html, ...others } = report.stored ?? {};
  const place = (html ?? Object.values(others)[0])?.uri;
  const tasks = reviewTasks(report).length;
  const left = tasks === 1 ? '1 task of its review is' : `${tasks} tasks of its review are`;
  return `the report is ${place === undefined ? 'stored' : `at ${place}`}; ${left} left to people`;
}
