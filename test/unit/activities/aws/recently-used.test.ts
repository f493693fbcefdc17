import { describe, expect, it } from 'vitest';
import { recentlyUsed } from '../../../../activities/aws/recently-used.ts';

describe('what was used recently', () => {
  it('is made once and kept; beyond the limit the one that was not used for longest goes', () => {
    const dropped: string[] = [];
    const made: string[] = [];
    const kept = recentlyUsed<string>(2, (value) => dropped.push(value));
    const use = (key: string) =>
      kept(key, () => {
        made.push(key);
        return key.toUpperCase();
      });
    expect([use('a'), use('b'), use('a'), use('c')]).toEqual(['A', 'B', 'A', 'C']);
    expect({ made, dropped }).toEqual({ made: ['a', 'b', 'c'], dropped: ['B'] });
    expect(use('b')).toBe('B');
    expect({ made, dropped }).toEqual({ made: ['a', 'b', 'c', 'b'], dropped: ['B', 'A'] });
  });
});
