import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rateLimiter } from '../../../../activities/aws/rate-limiter.ts';

describe('the rate limiter', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lets two callers of one key through per second, and others without waiting', async () => {
    const limiter = rateLimiter(2);
    const through: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) void limiter.turn('111/eu-west-1').then(() => through.push(name));
    void limiter.turn('111/us-east-1').then(() => through.push('elsewhere'));

    await vi.advanceTimersByTimeAsync(0);
    expect(through).toEqual(['a', 'elsewhere']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(through).toEqual(['a', 'elsewhere', 'b', 'c']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(through).toEqual(['a', 'elsewhere', 'b', 'c', 'd', 'e']);
  });

  it('does not save up turns that nobody took', async () => {
    const limiter = rateLimiter(2);
    await limiter.turn('k');
    await vi.advanceTimersByTimeAsync(60_000);
    const through: number[] = [];
    for (const n of [1, 2, 3]) void limiter.turn('k').then(() => through.push(n));
    await vi.advanceTimersByTimeAsync(0);
    expect(through).toEqual([1]);
  });

  it('lets some at once after a pause, and then keeps to its rate', async () => {
    const limiter = rateLimiter(2, 3);
    const through: number[] = [];
    for (const n of [1, 2, 3, 4, 5]) void limiter.turn('k').then(() => through.push(n));
    await vi.advanceTimersByTimeAsync(0);
    expect(through).toEqual([1, 2, 3]);
    await vi.advanceTimersByTimeAsync(500);
    expect(through).toEqual([1, 2, 3, 4]);
    await vi.advanceTimersByTimeAsync(500);
    expect(through).toEqual([1, 2, 3, 4, 5]);
  });

  it('sends away who would wait too long, to come back, and takes no turn for them', async () => {
    const limiter = rateLimiter(2, 1, 500);
    await limiter.turn('k');
    const waiting = limiter.turn('k');
    await expect(limiter.turn('k')).rejects.toMatchObject({
      type: 'AwsThrottled',
      nonRetryable: false,
      nextRetryDelay: expect.any(Number) as number,
    });
    await vi.advanceTimersByTimeAsync(500);
    await waiting;
    const next = limiter.turn('k');
    await vi.advanceTimersByTimeAsync(500);
    await expect(next).resolves.toBeUndefined();
  });
});
