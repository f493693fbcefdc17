import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sharedPace, type Paces } from '../../../../activities/aws/pace.ts';

type Middleware = (next: () => void) => () => Promise<void>;

/** Asks IAM so many times at once; how many requests have begun after so many milliseconds. */
async function begun(times: number, afterMs: number, paces?: Paces): Promise<number> {
  let requests = 0;
  const addRelativeTo = (inTurn: never) => {
    const request = (inTurn as Middleware)(() => void (requests += 1));
    for (let time = 0; time < times; time++) void request();
  };
  const retryStrategy = () => Promise.reject(new Error('nothing is tried again'));
  sharedPace(paces).keep({ config: { retryStrategy }, middlewareStack: { addRelativeTo } }, 'iam', '111111111111');
  await vi.advanceTimersByTimeAsync(afterMs);
  return requests;
}

describe('the pace of a worker in an account', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is ten requests a second of IAM, and fifty at once after a pause', async () => {
    expect(await begun(100, 50)).toBe(50);
    expect(await begun(100, 2_050)).toBe(70);
  });

  it('is what the configuration says, and as much at once in proportion', async () => {
    expect(await begun(20, 50, { iam: 2 })).toBe(10);
    expect(await begun(20, 2_050, { iam: 2 })).toBe(14);
  });
});
