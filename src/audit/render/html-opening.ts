import { acknowledgement } from '../../domain/approval/acknowledgement.ts';
import type { Severity } from '../../domain/severity/assessment.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { badge, moment, section, type Section, type Tone } from './html-parts.ts';
import { markup, type Html } from './html-template.ts';
import { outsideWords } from './outside.ts';
import type { Sentence } from './sentence.ts';
import { summary } from './summary.ts';
import { duration } from './words.ts';

const severityTone: Record<Severity, Tone> = { high: 'bad', medium: 'warn', low: 'good' };
export const severityBadge = (severity: Severity): Html => badge(severityTone[severity], `severity ${severity}`);

/** What it is, how bad, and where it stands, before anything else. */
export function header(report: IncidentReport, title: string): Html {
  const { incidentKey, alert, assessment, verdict, openedAt, closedAt } = report;
  return markup`<header>
    <p class="kicker">${report.undoes === undefined ? 'Incident report' : 'Report of an undo'}</p>
    <h1><span class="key">${incidentKey}</span> ${title}</h1>
    <p class="badges">
      ${severityBadge(assessment.severity)} ${badge(verdictTone(verdict), verdict)}
      ${closedAt === null ? badge('warn', 'interim report') : badge('plain', 'closed')}
    </p>
    <p class="quiet">
      Account ${alert.recipientAccount}, ${alert.region}. Opened
      ${moment(openedAt)}${closedAt === null ? '' : markup`, closed ${moment(closedAt)}`}. All times are UTC.
    </p>
  </header>`;
}

const verdictTone = (verdict: IncidentReport['verdict']): Tone => {
  if (verdict === 'authorised') return 'good';
  return verdict === 'unauthorised-export' ? 'bad' : 'warn';
};

export const summarySection = (report: IncidentReport): Section =>
  section(
    'summary',
    'Summary',
    markup`<p class="lead">${summary(report).map((sentence) => markup`${sentenceOf(sentence)} `)}</p>
      ${tiles(report)}`,
  );

const sentenceOf = (sentence: Sentence): Html[] =>
  sentence.map((part) => {
    if ('own' in part) return markup`${part.own}`;
    return 'value' in part ? markup`${part.value}` : markup`<strong>${part.strong}</strong>`;
  });

/** S120–S123, and how long it took until somebody took it up. */
function tiles(report: IncidentReport): Html {
  const { metrics, alert, decisions } = report;
  const taken = acknowledgement(alert, decisions);
  const outside = outsideWords(report);
  return markup`<dl class="tiles">
    ${tile('Time to detection', duration(metrics.timeToDetection), 'from the call to the alert (S120)')}
    ${tile(
      'Time to acknowledgement',
      taken ? duration(taken.after) : 'nobody answered',
      taken ? markup`from the first alert until ${taken.by} answered` : 'no verified person decided anything',
    )}
    ${tile('Time to containment', duration(metrics.timeToContainment), 'from the call to the last action that shut somebody out (S121); copying evidence is left out')}
    ${tile('Exposure', outside.exposure, outside.exposureBasis)}
    ${tile(outside.readTitle, outside.read, outside.basis, outsideTone[metrics.accessedOutsideOrganisation])}
  </dl>`;
}

/** None found in logs that may be late or incomplete is no good news yet. */
const outsideTone: Record<IncidentReport['metrics']['accessedOutsideOrganisation'], Tone> = {
  yes: 'bad',
  no: 'plain',
  unknown: 'warn',
};

const tile = (name: string, value: string, what: string | Html, tone: Tone = 'plain'): Html =>
  markup`<div class="tile ${tone}">
    <dt>${name}</dt>
    <dd><b>${value}</b><small>${what}</small></dd>
  </div> `;
