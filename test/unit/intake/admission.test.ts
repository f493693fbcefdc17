import { describe, expect, test } from 'vitest';
import { admission } from '../../../src/intake/admission.ts';

describe('admission', () => {
  function at(perMinute: number) {
    const clock = { time: 1_000_000 };
    const { take } = admission(perMinute, () => clock.time);
    return { clock, take, delay: (key = 'a') => take(key).delay };
  }

  test('lets so many begin at once, and spreads the rest over the minutes that follow', () => {
    const { delay } = at(3);
    expect(Array.from({ length: 8 }, () => delay())).toEqual([0, 0, 0, 60_000, 80_000, 100_000, 120_000, 140_000]);
  });

  test('counts each key apart', () => {
    const { delay } = at(1);
    expect([delay('a'), delay('a'), delay('b')]).toEqual([0, 60_000, 0]);
  });

  test('begins anew when the storm is over, and not before', () => {
    const { clock, delay } = at(2);
    for (let count = 0; count < 4; count++) delay();
    clock.time += 60_000;
    expect(delay()).toBe(60_000);
    clock.time += 120_000;
    expect(delay()).toBe(0);
  });

  test('takes a place back that was not needed', () => {
    const { take, delay } = at(2);
    delay();
    take('a').giveBack();
    expect([delay(), delay()]).toEqual([0, 60_000]);
  });
});
