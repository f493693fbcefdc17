/** Where a moment stands, in units of the drawing. */
export type Scale = (at: number) => number;

/** Two moments that differ stay apart, however close they are. */
const least = 0.4;

/**
 * An incident is seconds of work between hours of waiting: on an even scale its work would be one line. So every pause
 * between two moments of the incident takes room by the logarithm of its length, and the order is kept.
 */
export function pauseScale(moments: readonly number[], from: number, to: number): Scale {
  const known = [...new Set(moments)].sort((a, b) => a - b);
  const sums = [0];
  for (const [index, moment] of known.entries()) {
    const before = known[index - 1];
    if (before !== undefined) sums.push((sums.at(-1) ?? 0) + least + Math.log2(1 + (moment - before) / 1000));
  }
  const whole = sums.at(-1) ?? 0;
  const places = new Map(known.map((moment, index) => [moment, sums[index] ?? 0]));
  return (at) => from + (whole === 0 ? 0 : ((places.get(at) ?? 0) / whole) * (to - from));
}
