import { durations, spreadOf, type DurationName, type IncidentFigures } from '../../domain/report/incident-figures.ts';
import { countLines, rateSections } from './figure-rates.ts';
import { htmlPage } from './html-page.ts';
import { badge, moment, nothing, table } from './html-parts.ts';
import { severityBadge } from './html-opening.ts';
import { markup, type Html } from './html-template.ts';
import { duration, plural, utc } from './words.ts';

const durationTitles: Record<DurationName, string> = {
  timeToDetection: 'Time to detection',
  timeToAcknowledgement: 'Time to acknowledgement',
  timeToContainment: 'Time to containment',
  exposure: 'Exposure',
};

/** One line for each figure: of how many it is known, the middle, nine of ten. */
export const spreadRows = (figures: IncidentFigures[]): string[][] =>
  durations.map((name) => {
    const { known, median, ninetieth } = spreadOf(figures, name);
    return [durationTitles[name], `${known} of ${figures.length}`, duration(median), duration(ninetieth)];
  });

const columns = [
  ...(['incidentKey', 'openedAt', 'account', 'severity', 'verdict'] as const),
  ...durations,
  ...(['accessedOutside', 'rule', 'allowListEntry', 'requests', 'overdue', 'rechecks', 'drifted'] as const),
] as const;

/** RFC 4180; what is not known is empty. */
export const figuresCsv = (figures: IncidentFigures[]): string =>
  [columns, ...figures.map((figure) => columns.map((name) => figure[name] ?? ''))]
    .map((cells) => cells.map((cell) => csvCell(String(cell))).join(',') + '\r\n')
    .join('');

/** A text that begins like a formula would be one in a spreadsheet. */
const csvCell = (text: string): string => {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

/** The figures as a page, each as dots over time. */
export function figuresHtml(figures: IncidentFigures[], period: string): string {
  const body = markup`<header>
          <p class="kicker">Figures</p>
          <h1>Incidents ${period}</h1>
          <p class="quiet">${[`${plural(figures.length, 'closed incident')}.`, ...countLines(figures)].join(' ')}</p>
        </header>
        <main>
          <section>
            <h2>In short</h2>
            ${table('Figures', ['Figure', 'Known', 'Median', 'Nine of ten within'], spreadRows(figures))}
          </section>
          ${durations.map(
            (name) =>
              markup`<section>
                <h2>${durationTitles[name]}</h2>
                ${plot(figures, name)}
              </section> `,
          )}
          ${rateSections(figures)}
          <section>
            <h2>Incidents</h2>
            ${
              figures.length === 0
                ? nothing('None.')
                : table(
                    'Incidents',
                    [
                      'Incident',
                      'Opened',
                      'Account',
                      'Severity',
                      'Verdict',
                      'Detected',
                      'Answered',
                      'Contained',
                      'Exposed',
                      'Read outside',
                    ],
                    figures.map((figure) => [
                      figure.incidentKey,
                      moment(figure.openedAt),
                      figure.account,
                      severityBadge(figure.severity),
                      figure.verdict,
                      ...durations.map((name) => duration(figure[name])),
                      badge(figure.accessedOutside === 'yes' ? 'bad' : 'plain', figure.accessedOutside),
                    ]),
                  )
            }
          </section>
        </main>`;
  return `${htmlPage(`Incidents ${period}`, body).text}\n`;
}

/** One for a desk, one for a phone: the letters are as large on either. */
const sizes = {
  wide: { width: 760, height: 190, left: 60, right: 14, top: 10, bottom: 26 },
  narrow: { width: 350, height: 190, left: 48, right: 10, top: 10, bottom: 26 },
};
/** Seconds that get a line; the scale is logarithmic, because figures go from seconds to days. */
const lines = [1, 10, 60, 600, 3_600, 21_600, 86_400, 604_800, 2_592_000];

function plot(figures: IncidentFigures[], name: DurationName): Html {
  const known = figures.flatMap((figure) => {
    const value = figure[name];
    return value === null ? [] : [{ ...figure, at: Date.parse(figure.openedAt), value }];
  });
  const first = known[0];
  if (!first) return nothing('Not known of any incident.');
  const last = Math.max(...known.map(({ at }) => at));
  const most = Math.log10(1 + Math.max(60, ...known.map(({ value }) => value)));
  const { median } = spreadOf(figures, name);
  const said = `${durationTitles[name]} of ${plural(known.length, 'incident')}, median ${duration(median)}`;
  const drawn = (form: keyof typeof sizes): Html => {
    const size = sizes[form];
    const right = size.width - size.right;
    const bottom = size.height - size.bottom;
    const x = (at: number): number =>
      last === first.at ? size.width / 2 : size.left + ((at - first.at) / (last - first.at)) * (right - size.left);
    const y = (value: number): number => bottom - (Math.log10(1 + value) / most) * (bottom - size.top);
    const across = (value: number, style: string): Html =>
      markup`<line class="${style}" x1="${size.left}" y1="${round(y(value))}" x2="${right}" y2="${round(y(value))}" />`;
    return markup`<svg class="${form}" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${said}">
    <g class="grid">${lines
      .filter((value) => Math.log10(1 + value) <= most)
      .map(
        (value) =>
          markup`${across(value, 'rule')}<text class="clock" x="${size.left - 6}" y="${round(y(value)) + 4}" text-anchor="end">${duration(value)}</text>`,
      )}<line class="axis" x1="${size.left}" y1="${bottom}" x2="${right}" y2="${bottom}" /></g>
    ${median === null ? '' : across(median, 'middle')}
    ${known.map(
      ({ at, value, incidentKey, severity }) =>
        markup`<g class="mark severity-${severity}" transform="translate(${round(x(at))} ${round(y(value))})"><title>${incidentKey}: ${duration(value)}</title><circle r="5" /></g>`,
    )}
    <text class="clock" x="${size.left}" y="${size.height - 8}">${utc(first.openedAt).slice(0, 10)}</text>
    <text class="clock" x="${right}" y="${size.height - 8}" text-anchor="end">${utc(new Date(last).toISOString()).slice(0, 10)}</text>
  </svg>`;
  };
  return markup`<figure>${drawn('wide')}${drawn('narrow')}<figcaption>${said} (dashed line). A dot is an incident, by the day on which it opened, coloured by its severity, which the table names; the scale is logarithmic.</figcaption></figure>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
