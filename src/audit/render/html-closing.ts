import { sharedNames } from '../../domain/alert/correlation.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import type { PlaybookDescriptor } from '../../../workflows/shared/descriptor.ts';
import type { EvidenceList } from './evidence-list.ts';
import { code, facts, list, moment, nothing, section, table, word, type Section } from './html-parts.ts';
import { markup, link, type Html, type Value } from './html-template.ts';
import { plural } from './words.ts';

/** Everything that was cited, by its number. */
export const evidenceSection = ({ items }: EvidenceList): Section =>
  section(
    'evidence',
    'Evidence',
    items.length === 0
      ? nothing('Nothing was cited.')
      : table(
          'Evidence',
          ['No.', 'What', { heading: 'Where', wide: true }, { heading: 'Proof', wide: true }],
          items.map(({ what, where, proof }, index) => [
            markup`<span class="word" id="evidence-${index + 1}">E${index + 1}</span>`,
            what,
            where === undefined ? '–' : code(where),
            proof === undefined ? '–' : code(proof),
          ]),
        ),
  );

export function alertsSection(report: IncidentReport): Section {
  const { arrivals = [], alertsNotListed = 0, related = [], relatedTotal = 0, burst = null } = report;
  const body = markup`${
    arrivals.length === 0
      ? nothing('How the alerts came was not recorded.')
      : table(
          'Alerts',
          ['Received', 'Door', 'Rule', 'Alert id', { heading: 'Event id', wide: true }],
          arrivals.map(({ receivedAt, door, rule, alertId, eventId }) => [
            moment(receivedAt),
            door,
            rule ?? '–',
            alertId ?? '–',
            code(eventId),
          ]),
        )
  }
    ${alertsNotListed === 0 ? '' : markup`<p>${plural(alertsNotListed, 'further alert')} came and ${alertsNotListed === 1 ? 'is' : 'are'} not listed.</p>`}
    <h3 id="related">Related incidents</h3>
    ${burst ? markup`<p>Part of a burst of ${plural(burst.size, 'incident')}, led by ${burst.lead}.</p>` : ''}
    ${
      related.length === 0
        ? nothing('None.')
        : table(
            'Related incidents',
            ['Incident', 'Shares'],
            related.map(({ incidentKey, shares }) => [incidentKey, sharedNames(shares)]),
          )
    }
    ${relatedTotal > related.length ? markup`<p>${relatedTotal} in all.</p>` : ''}`;
  return section('alerts', 'Alerts', body);
}

/** Where to look on, and what people wrote down. */
export function linksSection({ links = [], notes }: IncidentReport): Section {
  const body = markup`${
    links.length === 0
      ? nothing('The configuration names no place to link to.')
      : list(links.map(({ title, url }) => link(url, title)))
  }
    <h3 id="notes">Notes</h3>
    ${
      notes.length === 0
        ? nothing('None.')
        : list(notes.map(({ at, author, text }) => markup`${moment(at)}, ${author}: ${text}`))
    }`;
  return section('links', 'Links and notes', body);
}

/** The playbook's own card, with what it refers to. */
export function referencesSection(playbook: PlaybookDescriptor | undefined): Section {
  if (!playbook) return section('playbook', 'Playbook', nothing('This release does not know the playbook.'));
  const { title, version, maintainer, card, references, procedures } = playbook;
  const body = markup`${facts([
    ['Playbook', `${title}, version ${version}`],
    ['Type of incident', card.incidentType],
    ['Severities', card.severities.join(', ')],
    ['Maintainer', maintainer],
    ['Last updated', card.lastUpdated],
    ['Readers know', card.assumptions.join('; ')],
  ])}
    <h3>To bear in mind</h3>
    ${list(card.considerations)}
    <h3>Procedures</h3>
    ${list(procedures.map(({ title: name, path, sources }) => markup`${name} (${code(path)}) <small>${sources.join(', ')}</small>`))}
    <h3>References</h3>
    ${list(references.map(({ title: name, url }) => link(url, name)))}`;
  return section('playbook', 'Playbook', body);
}

export function recordSection(report: IncidentReport): Section {
  const pairs: (readonly [string, Value])[] = [
    ['Workflow', code(report.workflowId)],
    ['Run', code(report.runId)],
    ['Opened', moment(report.openedAt)],
    ['Closed', report.closedAt === null ? 'open' : moment(report.closedAt)],
    ['Continues', report.predecessor],
    ['Undoes', report.undoes],
    ['Policy digest', code(report.policyDigest)],
    ['Sealed', report.sealedAs === undefined ? undefined : sealedWords(report.sealedAs)],
    ['Events', report.eventIds.join(', ')],
    ...Object.entries(report.stored ?? {}).map(([format, { uri, sha256 }]): [string, Value] => [
      `Stored: ${format}`,
      markup`${code(uri)} <small>SHA-256 ${code(sha256)}</small>`,
    ]),
  ];
  const body = markup`${facts(pairs.filter(([, value]) => value !== undefined))}
    <p>
      This page is a rendering of the report's JSON, which is stored beside it and follows from the workflow's history.
      Whether both are as they were is checked by ${code('soar audit verify')} on the sealed bundle.
    </p>
    <h3 id="log">Log</h3>
    ${log(report)}`;
  return section('record', 'Record', body);
}

const sealedWords = (name: string): Html =>
  markup`as ${code(`${name}-….tar`)} in the evidence store, once this run has closed`;

const log = ({ timeline }: IncidentReport): Html =>
  timeline.length === 0
    ? nothing('Empty.')
    : table(
        'Log of the incident',
        ['Time', 'Phase', 'What', { heading: 'Detail', wide: true }],
        timeline.map(({ at, phase, kind, text }) => [moment(at), word(phase), word(kind), text]),
      );
