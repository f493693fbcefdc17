/** Part of a sentence: our own words, or a value, which may be anybody's text. */
type Part = { own: string } | { value: string } | { strong: string };
export type Sentence = readonly Part[];

/** Says a sentence, other ones in it; each rendering escapes its values in its own way. */
export const say = (words: TemplateStringsArray, ...values: readonly (string | Sentence)[]): Sentence =>
  words.flatMap((own, index): Sentence => {
    const value = values[index] ?? [];
    return [{ own }, ...(typeof value === 'string' ? [{ value }] : value)];
  });

/** A value that stands out. */
export const strong = (value: string): Sentence => [{ strong: value }];

/** The sentence in a rendering's markup. */
export const rendered = (
  sentence: Sentence,
  as: { own: (text: string) => string; value: (text: string) => string; strong: (text: string) => string },
): string =>
  sentence
    .map((part) => {
      if ('own' in part) return as.own(part.own);
      return 'value' in part ? as.value(part.value) : as.strong(part.strong);
    })
    .join('');
