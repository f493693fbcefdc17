import { markdownText, plainText } from '../../domain/escape.ts';

/** Anything from outside, as one harmless line of bounded length. */
export const text = (value: string | undefined, most = 1_000): string => {
  if (value === undefined || value.trim() === '') return 'not known';
  const shortened = value.length > most ? `${value.slice(0, most)}… (${value.length} characters)` : value;
  return markdownText(shortened);
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

export function duration(seconds: number | null): string {
  if (seconds === null) return 'not known';
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [Math.round(seconds) % 60, 's'],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first === -1) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}

export const plural = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;
