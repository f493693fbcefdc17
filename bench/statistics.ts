/** The value below which the given part (0 to 1) of the samples lies: the nearest rank, no interpolation. */
export function percentile(samples: number[], part: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = Math.ceil(part * sorted.length) - 1;
  return sorted[Math.max(rank, 0)] ?? Number.NaN;
}

export const median = (samples: number[]): number => percentile(samples, 0.5);

export interface Latencies {
  p50: number;
  p99: number;
}
export const latencies = (samples: number[]): Latencies => ({
  p50: percentile(samples, 0.5),
  p99: percentile(samples, 0.99),
});

export const shown = (milliseconds: number): string => `${milliseconds.toFixed(1)} ms`;
