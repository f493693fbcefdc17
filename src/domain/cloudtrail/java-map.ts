/**
 * The value of a key in Java's map notation, `{a=1, b={c=2}}`, as Elastic writes request parameters; its first letter may be
 * a capital. Nothing is escaped in it, and whoever made the request chose some of its values: a key that occurs twice, in
 * either spelling, is ambiguous and counts as absent. A value ends where the next key begins or a bracket closes.
 */
export function javaMapValue(source: string, key: string): string | undefined {
  const starts = [...new Set([key, capital(key)])].flatMap((spelling) => startsOf(source, spelling));
  const [start] = starts;
  if (start === undefined || starts.length > 1) return undefined;
  const value = source.slice(start, endOfValue(source, start));
  return value.startsWith('{') || value.startsWith('[') ? undefined : value;
}

export const capital = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);

function startsOf(source: string, key: string): number[] {
  const starts: number[] = [];
  for (let at = source.indexOf(`${key}=`); at >= 0; at = source.indexOf(`${key}=`, at + 1)) {
    if (startsEntry(source, at)) starts.push(at + key.length + 1);
  }
  return starts;
}

const startsEntry = (source: string, at: number): boolean =>
  at > 0 && (source[at - 1] === '{' || (source[at - 1] === ' ' && source[at - 2] === ','));

function endOfValue(source: string, start: number): number {
  const nextKey = /, [\w-]{1,100}=/y;
  for (let at = start; at < source.length; at++) {
    const character = source[at];
    if (character === '}' || character === ']') return at;
    if (character !== ',') continue;
    nextKey.lastIndex = at;
    if (nextKey.test(source)) return at;
  }
  return source.length;
}
