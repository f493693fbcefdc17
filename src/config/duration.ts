const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const durationForm = 'a whole number with a unit ms, s, m, h or d, such as 15m, 24h or 7d';

/** Milliseconds of a text such as `15m`; null: it is not a duration. */
export function parseDuration(text: string): number | null {
  const [, count, unit] = /^([1-9]\d{0,8})(ms|s|m|h|d)$/.exec(text) ?? [];
  return count === undefined ? null : Number(count) * units[unit as keyof typeof units];
}
