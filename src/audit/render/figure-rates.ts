import { approvalsIn, byAllowListEntry, byRule, driftIn } from '../../domain/report/figure-rates.ts';
import type { IncidentFigures } from '../../domain/report/incident-figures.ts';
import { moment, nothing, table } from './html-parts.ts';
import { markup, type Html } from './html-template.ts';
import { notKnown, plural, utc } from './words.ts';

/** What many incidents say about rules, allow-list, approvals and recovery, in each form of the figures. */

const ruleName = (rule: string | null): string => rule ?? 'alerts that name no rule';
/** With the counts beside it: a half is one of two, or fifty of a hundred. */
const share = (part: number, of: number): string => (of === 0 ? notKnown : `${Math.round((100 * part) / of)} %`);

export const ruleRows = (figures: IncidentFigures[]): string[][] =>
  byRule(figures).map(({ rule, incidents, authorised }) => [
    ruleName(rule),
    String(incidents),
    String(authorised),
    share(authorised, incidents),
  ]);

export const entryRows = (figures: IncidentFigures[]): string[][] =>
  byAllowListEntry(figures).map(({ entry, matched, authorised, lastAt }) => [
    entry,
    String(matched),
    String(authorised),
    utc(lastAt).slice(0, 10),
  ]);

/** How many images were read outside the organisation, with those of which nobody knows; overdue approvals; drift. */
export function countLines(figures: IncidentFigures[]): string[] {
  const outside = (answer: IncidentFigures['accessedOutside']): number =>
    figures.filter(({ accessedOutside }) => accessedOutside === answer).length;
  const { requests, overdue, unknown } = approvalsIn(figures);
  const { watched, drifted } = driftIn(figures);
  const unrecorded = unknown === 0 ? '' : `; ${plural(unknown, 'incident')} did not record it`;
  return [
    `Read outside the organisation: yes ${outside('yes')}, no ${outside('no')}, unknown ${outside('unknown')}.`,
    `Overdue approvals: ${overdue} of ${plural(requests, 'request')}${unrecorded}.`,
    `Drift after recovery: in ${drifted} of ${watched} that were looked at again.`,
  ];
}

/** The sections of the page that follow the durations. */
export function rateSections(figures: IncidentFigures[]): Html {
  const entries = byAllowListEntry(figures);
  return markup`<section>
            <h2>False positives by rule</h2>
            ${figures.length === 0 ? nothing('None.') : [table('Rules', ['Rule', 'Incidents', 'False positives', 'Rate'], ruleRows(figures)), bars(figures)]}
          </section>
          <section>
            <h2>Use of the allow-list</h2>
            ${
              entries.length === 0
                ? nothing('No entry has matched.')
                : table(
                    'Allow-list',
                    ['Entry', 'Matched', 'Authorised', 'Last'],
                    entries.map(({ entry, matched, authorised, lastAt }) => [
                      entry,
                      matched,
                      authorised,
                      moment(lastAt),
                    ]),
                  )
            }
          </section>`;
}

/** One for a desk, one for a phone; the table has the names in full. */
const sizes = {
  wide: { width: 760, row: 26, left: 250, right: 60, longest: 34 },
  narrow: { width: 350, row: 26, left: 130, right: 44, longest: 19 },
};

/** A bar for each rule: the share of its incidents that were authorised. */
function bars(figures: IncidentFigures[]): Html {
  const rules = byRule(figures);
  const said = `Share of authorised incidents of ${plural(rules.length, 'rule')}`;
  const drawn = (form: keyof typeof sizes): Html => {
    const { width, row, left, right, longest } = sizes[form];
    return markup`<svg class="${form}" viewBox="0 0 ${width} ${rules.length * row + 6}" role="img" aria-label="${said}">
    ${rules.map(({ rule, incidents, authorised }, index) => {
      const top = index * row + 6;
      const name = ruleName(rule);
      const shown = name.length > longest ? `${name.slice(0, longest - 1)}…` : name;
      const length = Math.round(((width - left - right) * authorised) / incidents);
      return markup`<g class="grid"><text class="clock" x="${left - 8}" y="${top + 13}" text-anchor="end">${shown}</text><line class="axis" x1="${left}" y1="${top - 1}" x2="${left}" y2="${top + 19}" /></g><g class="bar"><rect x="${left}" y="${top}" width="${length}" height="18"><title>${name}: ${authorised} of ${incidents}</title></rect></g><text class="clock" x="${width - 4}" y="${top + 13}" text-anchor="end">${share(authorised, incidents)}</text>`;
    })}
  </svg>`;
  };
  return markup`<figure>${drawn('wide')}${drawn('narrow')}<figcaption>${said}: what an allow-list entry covered, so that nobody had to be asked.</figcaption></figure>`;
}
