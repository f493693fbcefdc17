import { expect, test } from 'vitest';
import { eventHash, splitHashes } from '../../../../src/domain/alert/tally.ts';

test('the hashes of a tally come apart as they were put together', () => {
  const hashes = Array.from({ length: 100 }, (_, number) => eventHash(`event-${number}`));
  expect(new Set(hashes).size).toBe(100);
  expect(splitHashes(hashes.join(''))).toEqual(hashes);
  expect(splitHashes('')).toEqual([]);
});
