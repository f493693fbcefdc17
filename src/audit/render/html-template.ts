import { plainText } from '../../domain/escape.ts';
import { shortened } from './words.ts';

/** Markup that is made of our own words and of escaped values. Only this file makes it. */
class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export type Html = Markup;
export type Value = string | number | Html | undefined | readonly Value[];

/**
 * Markup from a template: whatever is put into it is escaped, unless it is markup itself. Attributes have to be quoted.
 * Nothing marks a text as safe.
 */
export const markup = (words: TemplateStringsArray, ...values: readonly Value[]): Html =>
  new Markup(words.map((own, index) => own + markupOf(values[index])).join(''));

function markupOf(value: Value): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'string') return escaped(shortened(value));
  if (typeof value === 'number') return String(value);
  return value.map(markupOf).join('');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (value: string): string => plainText(value).replace(/[&<>"']/g, (mark) => entities[mark] ?? '');

/** A line that must not be cut, such as what a change takes away. */
export const whole = (value: string): Html => new Markup(escaped(value));

/** Style is no place for entities: only a constant of ours goes in. */
export const styleElement = (css: string): Html => new Markup(`<style>${css}</style>`);

/** A link to a page of the web; anything else, such as `javascript:`, stays text. */
export function link(url: string, words: string): Html {
  const { protocol } = URL.parse(url) ?? {};
  return protocol === 'https:' || protocol === 'http:'
    ? markup`<a href="${whole(url)}" rel="noreferrer noopener">${words}</a>`
    : markup`${words}: ${url}`;
}
