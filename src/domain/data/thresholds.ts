/** When something counts as unusual. Durations are milliseconds. */
export const thresholds = {
  /** Refused calls of one actor that are no slip of the hand any more (S71): somebody tries what a key may do. */
  deniedRun: { calls: 5, within: 10 * 60_000 },
  /** Between two calls (S90): nobody travels faster, and places closer together than this are one in such databases. */
  travel: { kilometresPerHour: 1_000, leastKilometres: 500 },
};
