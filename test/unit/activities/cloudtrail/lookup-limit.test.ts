import { describe, expect, it } from 'vitest';
import { lookupLimit, twoPerSecond } from '../../../../activities/cloudtrail/lookup-limit.ts';

describe('the pace of trail lookups', () => {
  it('is one for the whole process: whoever asks at the same rate waits in the same line', () => {
    expect(lookupLimit(2)).toBe(twoPerSecond);
    expect(lookupLimit(1)).toBe(lookupLimit(1));
    expect(lookupLimit(1)).not.toBe(twoPerSecond);
  });
});
