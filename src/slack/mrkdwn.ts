import { plainText } from '../domain/escape.ts';

/** The three characters that begin mentions, links and entities in Slack. */
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const withEntities = (text: string): string => text.replace(/[&<>]/g, (mark) => entities[mark] ?? mark);

/** Words that mean nothing to Slack wherever they stand: no formatting, mention, emoji, address or quotation. */
const harmless = /^(?:[\p{L}\p{M}\p{N}…→(),.;?!'"/+=%-]+:?|\d\d:\d\d)$/u;
/** Something that Slack makes a link of by itself, in spite of `verbatim`. */
const address = /[\p{L}\p{N}]\.\p{L}/u;

/** Text as inline code: exact to copy, and nothing in it means anything. mrkdwn has no other way to quote a character. */
export const code = (text: string): string => {
  const line = plainText(text).trim().replaceAll('`', "'");
  return line === '' ? '' : `\`${withEntities(line)}\``;
};

/**
 * One line of text from outside for mrkdwn. Words with characters that could mean something become inline code, so that
 * ARNs and addresses stay exact, and nothing becomes a mention, a link, an emoji or formatting.
 */
export function mrkdwn(text: string): string {
  const words = plainText(text)
    .split(' ')
    .filter((word) => word !== '');
  const parts: { special: boolean; words: string[] }[] = [];
  for (const word of words) {
    const special = !harmless.test(word) || address.test(word);
    const last = parts.at(-1);
    if (last?.special === special && endOfName(last.words.at(-1) ?? '') === '') last.words.push(word);
    else parts.push({ special, words: [word] });
  }
  return parts.map((part) => (part.special ? quoted(part.words.join(' ')) : part.words.join(' '))).join(' ');
}

/** What stands around a name is not part of it: whoever copies it shall get the name. */
function endOfName(text: string): string {
  const word = text.slice(text.lastIndexOf(' ') + 1);
  // An emoji would keep its second colon beside its code.
  const marks = word.startsWith(':') ? ',;' : ',;:';
  // From the end: a pattern would try each of the marks of a word that is made of them.
  let end = word.length;
  while (end > 0 && marks.includes(word.charAt(end - 1))) end--;
  return word.slice(end);
}

function quoted(text: string): string {
  const end = endOfName(text);
  if (end === text) return code(text);
  const name = text.slice(0, text.length - end.length);
  const { before, within, after } = unbracketed(name);
  return before + code(within) + after + end;
}

/** A bracket whose other half stands elsewhere belongs to the sentence; one of the name's own has both. */
function unbracketed(name: string): { before: string; within: string; after: string } {
  const before = name.startsWith('(') && !name.includes(')') ? '(' : '';
  const after = name.endsWith(')') && !name.includes('(') ? ')' : '';
  const within = name.slice(before.length, name.length - after.length);
  return within === '' ? { before: '', within: name, after: '' } : { before, within, after };
}

/** The same, cut so that its mrkdwn is not longer than `most`. */
export function mrkdwnWithin(text: string, most: number): string {
  let characters = Array.from(plainText(text));
  for (let escaped = mrkdwn(text); ; escaped = `${mrkdwn(characters.join(''))} …`) {
    if (escaped.length <= most || characters.length === 0) return escaped;
    characters = characters.slice(0, Math.floor(Math.min(characters.length * 0.8, most)));
  }
}

/** Lines as they are, in a block that they cannot close. */
export const codeBlock = (lines: string[]): string =>
  `\`\`\`\n${lines.map((line) => withEntities(plainText(line).replaceAll('`', "'"))).join('\n')}\n\`\`\``;
