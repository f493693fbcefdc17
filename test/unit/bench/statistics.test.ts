import { describe, expect, it } from 'vitest';
import { busy } from '../../../bench/busy.ts';
import { timed } from '../../../bench/in-flight.ts';
import { latencies, median, percentile } from '../../../bench/statistics.ts';

describe('a percentile', () => {
  it('is a sample that was measured, whatever the order', () => {
    const samples = [5, 1, 4, 2, 3];
    expect(median(samples)).toBe(3);
    expect(percentile(samples, 0.99)).toBe(5);
    expect(percentile(samples, 0)).toBe(1);
    expect(latencies([7])).toEqual({ p50: 7, p99: 7 });
  });

  it('of nothing is not a number', () => {
    expect(median([])).toBeNaN();
  });
});

describe('work in flight', () => {
  it('is done once each, never more than so many at a time', async () => {
    let running = 0;
    let most = 0;
    const seen: number[] = [];
    const times = await timed(20, 3, async (index) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(index);
      running--;
    });
    expect(most).toBe(3);
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(times).toHaveLength(20);
  });
});

describe('the time in which there was something to answer', () => {
  it('counts what overlaps once, and what lies between not at all', () => {
    const calls = [
      { begun: 130, ms: 10 },
      { begun: 100, ms: 20 },
      { begun: 105, ms: 5 },
      { begun: 115, ms: 10 },
    ];
    expect(busy(calls)).toBe(35);
    expect(busy([])).toBe(0);
  });
});
