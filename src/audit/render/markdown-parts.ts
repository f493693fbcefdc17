import { markdownText, plainText } from '../../domain/escape.ts';
import type { IncidentLink } from '../../domain/incident-links.ts';
import { notKnown, shortened } from './words.ts';

/** Anything from outside, as one harmless line of bounded length. */
export const text = (value: string | undefined, most = 1_000): string => {
  if (value === undefined || value.trim() === '') return notKnown;
  return markdownText(shortened(value, most));
};

export const table = (headings: string[], rows: string[][]): string =>
  [headings, headings.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
export const list = (items: string[]): string => items.map((item) => `- ${item}`).join('\n');

/** A section, or what is said when there is nothing to put in it. */
export const section = (title: string, body: string, otherwise = 'None.'): string =>
  `## ${title}\n\n${body === '' ? otherwise : body}`;

export const block = (value: unknown): string => fenced('json', JSON.stringify(value, null, 2).split('\n'));

/** Lines in a block that their content cannot close. */
export function fenced(language: string, lines: string[]): string {
  const body = lines.map(plainText).join('\n');
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${body}\n${fence}`;
}

/** Everything in it that came with an alert is percent-encoded; what could still end the link does not become one. */
export const linkText = ({ title, url }: IncidentLink): string =>
  /[\s()<>|\\]/.test(url) ? text(`${title}: ${url}`) : `[${markdownText(title)}](${url})`;

/** Of a playbook whose questions stand in no checklist there are none. */
export const sourceNumbers = (sources: string[]): string =>
  sources.length === 0 ? '' : ` (${sources.map((source) => text(source)).join(', ')})`;
