import type { IncidentReport } from '../../domain/report/report.ts';
import { reviewTasks } from '../../domain/report/review-tasks.ts';
import type { PlaybookDescriptor } from '../../../workflows/shared/descriptor.ts';
import { findingId } from './html-findings.ts';
import { list, nothing, section, table, type Section } from './html-parts.ts';
import { procedureOf } from './html-procedures.ts';
import { lossOf } from './loss.ts';
import { markup, link } from './html-template.ts';
import { notShown, techniqueRows } from './technique-rows.ts';

/** The techniques that the playbook is about, and by which findings this incident shows them. */
export function techniquesSection(report: IncidentReport, playbook: PlaybookDescriptor | undefined): Section {
  const rows = techniqueRows(report, playbook);
  const body =
    rows.length === 0
      ? nothing('None.')
      : table(
          'Techniques',
          ['No.', { heading: 'Technique', wide: true }, 'Tactic', { heading: 'Shown by', wide: true }],
          rows.map(({ number, name, url, tactic, shownBy }) => [
            number,
            link(url, name),
            tactic,
            shownBy.length === 0
              ? notShown
              : shownBy.map(({ id, question }) => markup`<a href="#${findingId(id)}">${question}</a> `),
          ]),
        );
  return section('attack', 'MITRE ATT&CK', body);
}

const groups = [
  { source: 'S124', title: 'Prevent the next export' },
  { source: 'S125', title: 'Finer permissions' },
  { source: 'S126', title: 'See it sooner' },
];

/** What the findings say would have prevented, limited or shown it (S124–S126). */
export function improvementsSection({ improvements }: IncidentReport): Section {
  const isOf = (source: string) => (text: string) => text.includes(`(${source})`);
  const grouped = groups.map(({ source, title }) => ({ source, title, texts: improvements.filter(isOf(source)) }));
  const others = improvements.filter((text) => !groups.some(({ source }) => isOf(source)(text)));
  const all = [...grouped, { source: '', title: 'Others', texts: others }].filter(({ texts }) => texts.length > 0);
  const body =
    all.length === 0
      ? nothing('The findings ask for none.')
      : markup`${all.map(
          ({ title, source, texts }) =>
            markup`<h3>${title} <small>${source}</small></h3>
              ${list(texts)}`,
        )}`;
  return section('improvements', 'Improvements', body);
}

/** Open tasks (S119): a box for each, to be ticked by people. */
export function reviewSection(report: IncidentReport, playbook: PlaybookDescriptor | undefined): Section {
  const tasks = reviewTasks(report, lossOf(report));
  const body =
    tasks.length === 0
      ? nothing('Nothing is left to do.')
      : markup`<ul class="tasks">
          ${tasks.map(
            ({ what, why, procedure }) =>
              markup`<li>
                <span class="box" aria-hidden="true">☐</span>
                <div>
                  <b>${what}</b>
                  <p class="quiet">Because ${why}.</p>
                  ${procedure === undefined ? '' : procedureOf(playbook, procedure)}
                </div>
              </li> `,
          )}
        </ul>`;
  return section(
    'review',
    'Review',
    markup`<p>What stays with people when the incident is over. Nothing here is done by the playbook.</p>
      ${body}`,
  );
}
