import { describe, expect, test } from 'vitest';
import { inBatches } from '../../../src/intake/in-batches.ts';

describe('work in batches', () => {
  /** Each batch ends when the test says so; what was in it is kept. */
  function slowly(most = 10) {
    const batches: { key: string; items: number[]; end: () => void; fail: () => void }[] = [];
    const add = inBatches<number, string>(
      most,
      (key, items) =>
        new Promise((resolve, reject) => {
          const end = () => resolve(`batch ${items.join('+')}`);
          batches.push({ key, items, end, fail: () => reject(new Error('away')) });
        }),
    );
    return { add, batches };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  test('begins with the first at once, and takes together what comes meanwhile', async () => {
    const { add, batches } = slowly();
    const first = add('a', 1);
    expect(batches.map(({ items }) => items)).toEqual([[1]]);
    const later = Promise.all([add('a', 2), add('a', 3)]);
    batches[0]!.end();
    expect(await first).toBe('batch 1');
    await turn();
    batches[1]!.end();
    expect(await later).toEqual(['batch 2+3', 'batch 2+3']);
  });

  test('has so many at most', async () => {
    const { add, batches } = slowly(2);
    for (const item of [1, 2, 3, 4]) void add('a', item);
    batches[0]!.end();
    await turn();
    batches[1]!.end();
    await turn();
    expect(batches.map(({ items }) => items)).toEqual([[1], [2, 3], [4]]);
  });

  test('for one key does not wait for another', () => {
    const { add, batches } = slowly();
    void add('a', 1);
    void add('b', 2);
    expect(batches.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  test('that failed fails for all in it and for nobody else', async () => {
    const { add, batches } = slowly();
    const first = add('a', 1).catch((error: unknown) => String(error));
    const second = add('a', 2);
    batches[0]!.fail();
    expect(await first).toBe('Error: away');
    await turn();
    batches[1]!.end();
    expect(await second).toBe('batch 2');
  });
});
