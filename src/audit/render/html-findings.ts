import type { MetCriterion } from '../../domain/severity/assessment.ts';
import { severityQuestion } from '../../domain/severity/severity-answers.ts';
import type { Finding } from '../../domain/findings/evidence.ts';
import { saidOnce } from '../../domain/findings/said-once.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import type { PlaybookDescriptor } from '../../../workflows/shared/descriptor.ts';
import type { EvidenceList } from './evidence-list.ts';
import { badge, code, facts, list, moment, nothing, section, table, type Section, type Tone } from './html-parts.ts';
import { severityBadge } from './html-opening.ts';
import { procedureOf } from './html-procedures.ts';
import { markup, link, type Html, type Value } from './html-template.ts';
import { basisWords, plural, rangeWords, spoken } from './words.ts';

/** Every criterion that was met with what it rests on, and what could not be established. */
export function severitySection(report: IncidentReport, evidence: EvidenceList): Section {
  const { severity, met, unknown } = report.assessment;
  const body = markup`<p>${severityBadge(severity)}</p>
    ${
      met.length === 0
        ? nothing('No criterion was met.')
        : table(
            'Criteria that were met',
            ['Level', { heading: 'Criterion', wide: true }, { heading: 'Evidence', wide: true }],
            met.map((row) => [
              badge(levelTone[row.level], levelWords[row.level]),
              `${row.criterion} (${row.id})`,
              markup`${row.evidence.map((what) => markup`<p>${spoken(what)}</p>`)}${restsOn(row.id, report, evidence)}`,
            ]),
          )
    }
    ${unknown.length === 0 ? '' : markup`<p><b>Not established:</b> ${unknown.map(severityQuestion).join(' ')} Unknown never lowers the severity.</p>`}`;
  return section('severity', 'Severity', body);
}

/** The findings that a criterion goes back to: what was answered, and the documents that were kept of it. */
const basis: Record<string, string[]> = {
  S47: ['outcome'],
  S53: ['account'],
  S57: ['instance-purpose', 'account'],
  S58: ['classification'],
  S59: ['bucket-access', 'access-points', 'replicated', 'copies-shared', 'bucket-owner'],
  S60: ['actor', 'denied-run'],
  S61: ['concealment'],
  S122: ['downloaded'],
};
/** Where each alone is enough, those that say so: the criterion does not rest on the others. */
const saysSo: Record<string, Finding['answer']> = {
  'bucket-access': 'yes',
  'access-points': 'yes',
  replicated: 'yes',
  'copies-shared': 'yes',
  'bucket-owner': 'no',
  actor: 'no',
  'denied-run': 'yes',
};

function restsOn(criterion: string, report: IncidentReport, evidence: EvidenceList): Html {
  const findings = report.findings.filter(
    ({ id, answer }) => basis[criterion]?.includes(id) && answer === (saysSo[id] ?? answer),
  );
  return markup`${findings.map(
    (finding) =>
      markup`<p><a href="#${findingId(finding.id)}">${finding.question}</a> ${storedOf(finding, evidence)}</p>`,
  )}`;
}

const levelTone: Record<MetCriterion['level'], Tone> = {
  high: 'bad',
  medium: 'warn',
  low: 'good',
  raise: 'bad',
  lower: 'good',
};
const levelWords: Record<MetCriterion['level'], string> = {
  high: 'high',
  medium: 'medium',
  low: 'low',
  raise: 'raises',
  lower: 'lowers',
};

export function factsSection({ alert, alertCount, eventIds }: IncidentReport, evidence: EvidenceList): Section {
  const { principal, arrival } = alert;
  const events = eventIds.map((id) => evidence.cite({ what: 'CloudTrail event', where: id }));
  const pairs: [string, Value][] = [
    ['Call', markup`${alert.eventName}, ${alert.outcome} ${events}`],
    ['Error', alert.errorCode && `${alert.errorCode}: ${alert.errorMessage ?? ''}`],
    ['Time', moment(alert.time)],
    ['Account and Region', `${alert.recipientAccount}, ${alert.region}`],
    ['Actor', principal.arn && code(principal.arn)],
    ["Actor's account", alert.account],
    ['Actor id', principal.id],
    ['Access key', principal.accessKeyId && code(principal.accessKeyId)],
    ['Source address', alert.sourceAddress],
    ['User agent', alert.userAgent],
    ['Instance', alert.instanceId && code(alert.instanceId)],
    ['Image', alert.imageId && code(alert.imageId)],
    ['Snapshot', alert.snapshotId && code(alert.snapshotId)],
    ['Shared with', alert.sharedWith?.join(', ')],
    ['Bucket and prefix', alert.bucket && `${alert.bucket}/${alert.prefix ?? ''}`],
    ['Object', alert.objectKey],
    ['Format', [alert.diskImageFormat, alert.containerFormat].filter((part) => part !== undefined).join(' in ')],
    ['Target environment', alert.targetEnvironment],
    ['Export task', alert.exportTaskId],
    ['Role of the export', alert.roleName],
    ['About', alert.about?.id && code(alert.about.id)],
    ...Object.entries(alert.about?.says ?? {}),
    ['Alerts', markup`${alertCount}, the first by ${arrival.door} on ${moment(arrival.receivedAt)}`],
    ['Detection rule', arrival.rule],
  ];
  const known = pairs.filter(([, value]) => value !== undefined && value !== '');
  return section(
    'facts',
    'What happened',
    markup`${facts(known)}${
      alert.missing.length === 0 ? '' : markup`<p>The alert did not say: ${alert.missing.join(', ')}.</p>`
    }`,
  );
}

/** What is not known comes first: nobody may read past it. */
export function findingsSection(
  report: IncidentReport,
  evidence: EvidenceList,
  playbook: PlaybookDescriptor | undefined,
): Section {
  const findings = saidOnce(report.findings);
  const gaps = findings.filter(({ answer }) => answer === 'unknown');
  const answered = findings.filter(({ answer }) => answer !== 'unknown');
  const body = markup`<h3 id="gaps">Not known</h3>
    ${
      gaps.length === 0
        ? nothing('Every question was answered.')
        : markup`<p>
              ${plural(gaps.length, 'question')} of ${findings.length} could not be answered. None of them is a no.
            </p>
            ${table(
              'Questions without an answer',
              [
                { heading: 'Question', wide: true },
                { heading: 'Why', wide: true },
                'Source',
                { heading: 'Evidence', wide: true },
              ],
              gaps.map((finding) => [
                questionOf(finding),
                inItsTime(finding.whyUnknown ?? finding.detail, finding),
                sourceOf(finding),
                evidenceOf(finding, report, evidence),
              ]),
            )}`
    }
    <h3 id="answers">Answered</h3>
    ${
      answered.length === 0
        ? nothing('No question was answered.')
        : table(
            'Questions with their answers',
            [
              { heading: 'Question', wide: true },
              'Answer',
              { heading: 'Found', wide: true },
              'Source',
              { heading: 'Evidence', wide: true },
            ],
            answered.map((finding) => [
              questionOf(finding),
              badge('plain', finding.answer),
              inItsTime(finding.detail, finding),
              sourceOf(finding),
              evidenceOf(finding, report, evidence),
            ]),
          )
    }
    ${procedureOf(playbook, 'S77', 'S78', 'S79', 'S80')}`;
  return section('findings', 'Findings', body);
}

export const findingId = (id: string): string => `finding-${id}`;

const questionOf = ({ id, question, sources }: Finding): Html =>
  markup`<span id="${findingId(id)}">${question}</span> <small>${sources.join(', ')}</small>`;

/** A long text beside it has room for the time for which it holds. */
function inItsTime(sentence: string, finding: Finding): Html {
  const range = rangeWords(finding);
  return markup`${spoken(sentence)}${range === null ? '' : markup`<br /><small>${range}</small>`}`;
}

const sourceOf = (finding: Finding): Html => {
  const words = basisWords(finding);
  return words.length === 0
    ? markup`<span class="quiet">–</span>`
    : markup`${words.map((word, index) => (index === 0 ? markup`${word}` : markup`<br /><small>${word}</small>`))}`;
};

const storedOf = ({ evidence: refs }: Pick<Finding, 'evidence'>, evidence: EvidenceList): Html[] =>
  refs.map(({ uri, sha256 }) => evidence.cite({ what: 'stored document', where: uri, proof: `SHA-256 ${sha256}` }));

function evidenceOf({ id, evidence: refs }: Finding, { links = [] }: IncidentReport, evidence: EvidenceList): Html {
  const stored = storedOf({ evidence: refs }, evidence);
  const pages = links.filter((page) => page.findings.includes(id)).map(({ title, url }) => link(url, title));
  return stored.length + pages.length === 0 ? markup`<span class="quiet">–</span>` : markup`${stored}${list(pages)}`;
}
