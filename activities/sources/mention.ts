import { plainText } from '../../src/domain/escape.ts';
import { excerptOf, withoutCredentials } from '../../src/domain/findings/excerpt.ts';
import type { Mention, Source, SourceQuestion } from '../../src/domain/findings/sources.ts';

/** A document as a source has it. */
export interface Found {
  title: string;
  url: string;
  author?: string | undefined;
  byActor: boolean;
  time?: string | undefined;
  changed?: string | undefined;
  states?: (string | undefined)[];
  /** All text of it that came with the answer. */
  text: string;
  /** What was searched for, where the answer does not hold the text itself. */
  searched?: string[];
  /** By which names it was found; where it shows none of them, they stand in a part that did not come with it. */
  foundBy?: string[];
}

const longestTitle = 120;

/** What a document has to do with the question; null: nothing that can be seen. */
export function mentionOf(source: Source, question: SourceQuestion, found: Found): Mention | null {
  const holds = `${found.title}\n${found.text}`.toLowerCase();
  const matched = [
    ...[...question.names, ...question.tickets].filter((name) => names(holds, name.toLowerCase())),
    ...question.words.filter((word) => holds.includes(word.toLowerCase())),
  ];
  for (const word of found.searched ?? []) if (!matched.includes(word)) matched.push(word);
  const named = matched.some((word) => !question.words.includes(word));
  const unseen = !named && (found.foundBy ?? []).length > 0;
  if (matched.length === 0 && !unseen) return null;
  const time = isoTime(found.time);
  const changed = isoTime(found.changed);
  return {
    source,
    title: line(found.title, longestTitle),
    url: line(found.url, 500),
    byActor: found.byActor,
    states: (found.states ?? []).filter((state) => state !== undefined).map((state) => line(state, 60)),
    matched,
    ...(unseen ? { unseen } : {}),
    excerpt: excerptOf(found.text, matched),
    ...(found.author === undefined ? {} : { author: line(found.author, 80) }),
    ...(time === undefined ? {} : { time }),
    ...(changed === undefined ? {} : { changed }),
  };
}

/** Not as a part of another name: `OPS-1` is not in `OPS-12`, nor one bucket in another. */
function names(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const around = [text[at - 1] ?? ' ', text[at + name.length] ?? ' '];
    if (around.every((character) => !/[a-z0-9-]/.test(character))) return true;
  }
  return false;
}

/** All of a text, up to a length that nobody writes: what stands late in it counts, too. */
export const whole = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 200_000) : '');

const line = (text: string, longest: number): string =>
  Array.from(withoutCredentials(plainText(text)))
    .slice(0, longest)
    .join('');

function isoTime(time: string | undefined): string | undefined {
  const parsed = Date.parse(time ?? '');
  return Number.isNaN(parsed) ? undefined : new Date(parsed).toISOString();
}
