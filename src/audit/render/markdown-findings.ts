import type { EvidenceRef, Finding } from '../../domain/findings/evidence.ts';
import { saidOnce } from '../../domain/findings/said-once.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { linkText, sourceNumbers, table, text } from './markdown-parts.ts';
import { basisWords, rangeWords, spoken } from './words.ts';

export const findings = ({ findings: all, links = [] }: IncidentReport): string =>
  all.length === 0
    ? ''
    : table(
        ['Question', 'Answer', 'What was found', 'Source', 'Evidence'],
        saidOnce(all).map((found) => [
          text(found.question) + sourceNumbers(found.sources),
          `**${found.answer}**`,
          foundText(found),
          [...basisWords(found), rangeWords(found) ?? []]
            .flat()
            .map((words) => text(words))
            .join('<br>'),
          [
            found.evidence.map(({ uri }) => `D${documentsOf(all).findIndex((one) => one.uri === uri) + 1}`).join(', '),
            ...links.filter((link) => link.findings.includes(found.id)).map(linkText),
          ]
            .filter((part) => part !== '')
            .join('<br>'),
        ]),
      );

/** What was kept of the answers, each once: findings name it by its number. */
const documentsOf = (findings: Finding[]): EvidenceRef[] => [
  ...new Map(findings.flatMap(({ evidence }) => evidence.map((one) => [one.uri, one] as const))).values(),
];

export const documents = ({ findings: all }: IncidentReport): string => {
  const kept = documentsOf(all);
  return kept.length === 0
    ? ''
    : table(
        ['No.', 'Where', 'SHA-256'],
        kept.map(({ uri, sha256 }, index) => [`D${index + 1}`, text(uri), text(sha256)]),
      );
};

const foundText = ({ detail, whyUnknown }: Finding): string =>
  text(spoken(detail)) +
  (whyUnknown === undefined || detail.includes(whyUnknown) ? '' : `<br>Not known because: ${text(whyUnknown)}`);
