import { type Acknowledgement, acknowledgement } from '../../domain/approval/acknowledgement.ts';
import { markdownText } from '../../domain/escape.ts';
import { leftOut } from '../../domain/report/left-out.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { playbooks } from '../../../workflows/playbooks.ts';
import { review, techniques } from './markdown-lessons.ts';
import { linkText, list, section, table, text } from './markdown-parts.ts';
import { outsideWords } from './outside.ts';
import { type Sentence, rendered } from './sentence.ts';
import { summary } from './summary.ts';
import { temporary } from './temporary.ts';
import { undos } from './undos.ts';
import { duration } from './words.ts';
import { alerts, facts, related, severity } from './markdown-alert.ts';
import { documents, findings } from './markdown-findings.ts';
import { actions, rechecks } from './markdown-actions.ts';
import { asked, credentials, decisions, notices } from './markdown-people.ts';

/** The report as a responder would send it on: readable from the top, complete at the bottom. */
export function renderMarkdown(report: IncidentReport): string {
  const playbook = playbooks.find(({ id }) => id === report.playbook);
  const { actions: actionsLeftOut, byHand, remarks } = leftOut(report);
  const lines = (items: typeof remarks): string => list(items.map(({ what, why }) => `${text(what)}: ${text(why)}`));
  return (
    [
      `# ${text(report.incidentKey)}: ${text(playbook?.title ?? report.playbook)}`,
      section('Summary', summary(report).map(inMarkdown).join(' ')),
      section('Severity', severity(report)),
      section('What happened', facts(report)),
      section('Alerts', alerts(report)),
      section('Related incidents', related(report)),
      section('Timeline', timeline(report)),
      section('Findings', findings(report)),
      section('Links', list((report.links ?? []).map(linkText)), 'None: the configuration names no place to link to.'),
      section('Actions', actions(report), 'Nothing was changed.'),
      section('Not done', lines(actionsLeftOut), 'Nothing that the playbook names was left out.'),
      ...(byHand.length === 0 ? [] : [section('Beyond the playbook', lines(byHand))]),
      ...(remarks.length === 0 ? [] : [section('Remarks', lines(remarks))]),
      section('Undo', undos(report), 'Nobody asked to undo anything.'),
      ...(report.temporary ? [section('For a while', temporary(report.temporary))] : []),
      section('Asked', asked(report), 'Nobody was asked for anything.'),
      section('Decisions', decisions(report), 'Nobody decided anything.'),
      section('Credentials to rotate', credentials(report), 'None is known to be affected.'),
      section('Others told', notices(report), 'The policy names nobody else to tell.'),
      section('Metrics', metrics(report)),
      section('Rechecks', rechecks(report), 'Recovery was not checked again.'),
      section('Improvements', list(report.improvements.map((improvement) => text(improvement)))),
      section('Review', review(report, playbook), 'Nothing is left to do.'),
      section('Documents', documents(report), 'No document was kept.'),
      section('Notes', list(report.notes.map((note) => `${text(note.at)}, ${text(note.author)}: ${text(note.text)}`))),
      section('MITRE ATT&amp;CK', techniques(report, playbook)),
      section(
        'References',
        list((playbook?.references ?? []).map(({ title, url }) => `[${markdownText(title)}](${url})`)),
      ),
      section('Record', record(report)),
    ].join('\n\n') + '\n'
  );
}

/** Values are escaped as everywhere; two of them stand out. */
const inMarkdown = (sentence: Sentence): string =>
  rendered(sentence, { own: (words) => words, value: text, strong: (value) => `**${text(value)}**` });

const timeline = ({ timeline: entries }: IncidentReport): string =>
  table(
    ['Time (UTC)', 'Phase', 'What', 'Detail'],
    entries.map((entry) => [text(entry.at), text(entry.phase), text(entry.kind), text(entry.text)]),
  );

function metrics(report: IncidentReport): string {
  const { metrics: known, alert, decisions: all } = report;
  const outside = outsideWords(report);
  return table(
    ['Metric', 'Value'],
    [
      ['Time to detection', duration(known.timeToDetection)],
      ['Time to acknowledgement', taken(acknowledgement(alert, all))],
      ['Time to containment', duration(known.timeToContainment)],
      [outside.readTitle, `${outside.read}: ${outside.basis}`],
      ['Exposure', outside.exposure],
    ],
  );
}

const taken = (first: Acknowledgement | null): string =>
  first ? `${duration(first.after)}, until ${text(first.by)} answered` : 'nobody answered';

function record(report: IncidentReport): string {
  const rows: [string, string | undefined][] = [
    ['Workflow', report.workflowId],
    ['Run', report.runId],
    ['Playbook', report.playbook],
    ['Opened', report.openedAt],
    ['Closed', report.closedAt ?? 'open'],
    ['Continues', report.predecessor],
    ['Undoes', report.undoes],
    ['Policy digest', report.policyDigest],
    ['Sealed', report.sealedAs && `as ${report.sealedAs}-….tar in the evidence store, once this run has closed`],
    ['Events', report.eventIds.join(', ')],
  ];
  const phases = report.phases.map(({ phase, startedAt, endedAt, outcome }) => [
    text(phase),
    text(startedAt),
    text(endedAt),
    text(outcome),
  ]);
  const known = rows.filter(([, value]) => value !== undefined);
  return [
    table(
      ['Name', 'Value'],
      known.map(([name, value]) => [name, text(value)]),
    ),
    table(['Phase', 'From', 'To', 'Outcome'], phases),
  ].join('\n\n');
}
