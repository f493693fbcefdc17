/**
 * Reading JSON that somebody else wrote: own members only, never copied by a key from the input, so that `__proto__` and
 * friends are keys like any other. Paths are ours and short: depth of the input does not matter.
 */
export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const fieldsOf = (value: unknown): Fields | undefined => (isFields(value) ? value : undefined);

const own = (fields: Fields, key: string): unknown => (Object.hasOwn(fields, key) ? fields[key] : undefined);

/** The member at the end of a path of keys. */
export function member(value: unknown, ...path: string[]): unknown {
  let current = value;
  for (const key of path) current = isFields(current) ? own(current, key) : undefined;
  return current;
}

/**
 * The member that a dotted name means: Elastic writes `event.action` nested, flat, or flat in parts, and in a hit's
 * `fields` every value in an array.
 */
export function dotted(value: unknown, name: string): unknown {
  if (!isFields(value)) return undefined;
  const whole = own(value, name);
  if (whole !== undefined && whole !== null) return whole;
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const found = dotted(own(value, name.slice(0, dot)), name.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Longer texts are cut: they travel through workflow history. */
const longest = 2000;

/**
 * The text of a value; undefined when there is none. EC2 writes booleans where a text is meant and `{tag, content}`
 * where a list item is, Elastic single values as arrays.
 */
export const text = (value: unknown): string | undefined => scalar(textAsSent(value)?.trim());

/** The same with the spaces around it: in the key of an object they are part of the name. */
export function textAsSent(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length === 1 ? scalar(value[0]) : undefined;
  return scalar(isFields(value) ? own(value, 'content') : value);
}

function scalar(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return undefined;
  // A lone surrogate has no UTF-8: it would break hashes and payloads later.
  const clean = value.toWellFormed();
  if (clean === '' || clean === 'null') return undefined;
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…`.toWellFormed() : clean;
}

/** Leaves out what is undefined, as optional members are meant. */
export type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
export const present = <T extends object>(members: T): Present<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>;

export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source) as unknown;
  } catch {
    return undefined;
  }
}
