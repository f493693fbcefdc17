import { plainText } from '../escape.ts';

const longest = 200;

/** What looks like a credential: people paste them, and an excerpt travels through workflow history (P10). */
const credentials = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*/g,
  /\b(?:gh[pousr]_|github_pat_|glpat-|xox[a-z]-|xapp-|sk-|ATATT)[\w=-]{10,}/g,
  // The first part of a token is short: without an end, each of many beginnings would be followed to the end of the text.
  /\beyJ[\w-]{10,2000}\.[\w-]+\.?[\w-]*/g,
  /\b(?:password|passwd|secret|token|api[_-]?key|secret[_-]?access[_-]?key)["']?\s{0,3}[:=]\s{0,3}\S+/gi,
  // As long as a secret access key, with a digit and both cases; a hash in hex has one case only.
  /(?<![\w/+=])(?=[\w/+]{0,39}\d)(?=[\w/+]{0,39}[a-z])(?=[\w/+]{0,39}[A-Z])[A-Za-z0-9/+]{40}(?![\w/+=])/g,
];
export const withoutCredentials = (text: string): string =>
  credentials.reduce((clean, pattern) => clean.replace(pattern, '[redacted]'), text);

/** At most 200 characters of a text, around the first of the words that it holds: one line, without control characters. */
export function excerptOf(text: string, words: string[]): string {
  const clean = withoutCredentials(plainText(text.slice(0, 20_000)).replace(/ {2,}/g, ' ').trim());
  const characters = Array.from(clean);
  if (characters.length <= longest) return clean;
  const lower = clean.toLowerCase();
  const places = words.map((word) => lower.indexOf(word.toLowerCase())).filter((place) => place >= 0);
  const middle = Array.from(clean.slice(0, Math.min(...places, clean.length))).length;
  const first = places.length === 0 ? 0 : Math.max(0, Math.min(middle - 60, characters.length - longest));
  const cut = characters.slice(first + (first > 0 ? 1 : 0), first + longest);
  if (first > 0) cut.unshift('…');
  if (first + longest < characters.length) cut.splice(-1, 1, '…');
  return cut.join('');
}
