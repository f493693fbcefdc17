import type { IncidentReport } from '../../domain/report/report.ts';
import { playbooks } from '../../../workflows/playbooks.ts';
import { EvidenceList } from './evidence-list.ts';
import { actionsSection, undoSection } from './html-actions.ts';
import { alertsSection, evidenceSection, linksSection, recordSection, referencesSection } from './html-closing.ts';
import { factsSection, findingsSection, severitySection } from './html-findings.ts';
import { improvementsSection, reviewSection, techniquesSection } from './html-lessons.ts';
import { header, summarySection } from './html-opening.ts';
import { credentialsSection, decisionsSection, toldSection } from './html-people.ts';
import { htmlPage } from './html-page.ts';
import type { Section } from './html-parts.ts';
import { markup, type Html } from './html-template.ts';
import { rechecksSection, timelineSection } from './html-timeline.ts';
import { temporarySection } from './temporary.ts';

/** The report as one page that needs nothing else. */
export function renderHtml(report: IncidentReport): string {
  const playbook = playbooks.find(({ id }) => id === report.playbook);
  const evidence = new EvidenceList();
  const sections: Section[] = [
    summarySection(report),
    severitySection(report, evidence),
    timelineSection(report),
    factsSection(report, evidence),
    findingsSection(report, evidence, playbook),
    actionsSection(report, evidence, playbook),
    ...undoSection(report),
    ...temporarySection(report.temporary),
    decisionsSection(report, evidence),
    credentialsSection(report),
    toldSection(report),
    rechecksSection(report),
    techniquesSection(report, playbook),
    improvementsSection(report),
    reviewSection(report, playbook),
    alertsSection(report),
    linksSection(report),
    referencesSection(playbook),
    recordSection(report),
  ];
  // Last: by now everything that is cited has its number.
  sections.splice(-3, 0, evidenceSection(evidence));
  return page(report, playbook?.title ?? report.playbook, sections).text + '\n';
}

const page = (report: IncidentReport, title: string, sections: Section[]): Html =>
  htmlPage(
    `${report.incidentKey}: ${title}`,
    markup`${header(report, title)}
        <div class="columns">
          <nav aria-label="Contents">
            <h2>Contents</h2>
            <ol>
              ${sections.map(({ id, title: words }) => markup`<li><a href="#${id}">${words}</a></li> `)}
            </ol>
          </nav>
          <main>
            ${sections.map(
              ({ id, title: words, body }) =>
                markup`<section id="${id}" aria-labelledby="${id}-title">
                  <h2 id="${id}-title">${words}</h2>
                  ${body}
                </section> `,
            )}
          </main>
        </div>`,
  );
