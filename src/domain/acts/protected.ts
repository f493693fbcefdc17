import { arnMatches } from '../alert/principal.ts';

/** The tag that protects what has these, as `name=value`; null: none does. */
export function protectingTag(
  tags: Record<string, string> | undefined = {},
  protecting: Record<string, string[]> | undefined = {},
): string | null {
  const found = Object.entries(tags).find(
    ([name, value]) =>
      Object.hasOwn(protecting, name) && protecting[name]?.some((pattern) => arnMatches(value, pattern)),
  );
  return found ? found.join('=') : null;
}
