/** Markup that may go into a page as it is. Only `html` makes it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Part = Html | string | number | false | null | undefined | Part[];

/** Everything between the literal parts is escaped, in text and in quoted attributes alike. */
export const html = (literals: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(String.raw({ raw: literals }, ...parts.map(markupOf)));

function markupOf(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (Array.isArray(part)) return part.map(markupOf).join('');
  if (part === undefined || part === null || part === false) return '';
  return String(part).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
