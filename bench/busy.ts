/** From when, and for how many milliseconds. */
export interface Span {
  begun: number;
  ms: number;
}

/**
 * Milliseconds in which there was at least one of these calls to answer. The lab answers one after the other, so that is
 * what they cost it, however many wait.
 */
export function busy(calls: Span[]): number {
  let sum = 0;
  let until = 0;
  for (const { begun, ms } of calls.toSorted((a, b) => a.begun - b.begun)) {
    sum += Math.max(0, begun + ms - Math.max(begun, until));
    until = Math.max(until, begun + ms);
  }
  return sum;
}
