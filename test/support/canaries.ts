/** Something that must stand nowhere. */
export interface Canary {
  /** What it is, for whoever reads a failing test. */
  name: string;
  value: string | RegExp;
}
/** Something that the product wrote. */
export interface Place {
  kind: 'history' | 'file' | 'evidence' | 'slack' | 'log';
  name: string;
  text: string;
}

/** Where a canary was found, in words. */
export interface Leak {
  kind: Place['kind'];
  place: string;
  canary: string;
}

const base64 = /[A-Za-z0-9+/]{16,}={0,2}/g;
/** A bundle holds a history, whose payloads are base64, in which something may be base64 again. */
const depth = 3;

/** The text with everything in it that is written in base64. */
function unfolded(text: string, levels = depth): string {
  if (levels === 0) return text;
  const inside = text.match(base64)?.map((part) => Buffer.from(part, 'base64').toString('latin1')) ?? [];
  return inside.length === 0 ? text : `${text}\n${unfolded(inside.join('\n'), levels - 1)}`;
}

/** As it is, in a URL, and in JSON within JSON. */
const spellings = (value: string): string[] => [
  ...new Set([value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]),
];

/** Every canary in every place. */
export const leaksIn = (places: Place[], canaries: Canary[]): Leak[] =>
  places.flatMap(({ kind, name, text }) => {
    const whole = unfolded(text);
    const stands = ({ value }: Canary): boolean =>
      typeof value === 'string' ? spellings(value).some((spelling) => whole.includes(spelling)) : value.test(whole);
    return canaries.filter(stands).map((canary) => ({ kind, place: name, canary: canary.name }));
  });
