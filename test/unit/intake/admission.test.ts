import { describe, expect, test } from 'vitest';
import { admission } from '../../../src/intake/admission.ts';

describe('admission', () => {
  function at(perMinute: number) {
    const clock = { time: 1_000_000 };
    const { take } = admission(perMinute, () => clock.time);
    const many = (count: number) => Array.from({ length: count }, () => take('a').delay);
    return { clock, take, many, delay: (key = 'a') => take(key).delay };
  }

  test('lets ten seconds’ worth begin at once, and spreads the rest evenly', () => {
    expect(at(30).many(9)).toEqual([0, 0, 0, 0, 0, 2000, 4000, 6000, 8000]);
    expect(at(3).many(3)).toEqual([0, 20_000, 40_000]);
  });

  test('lets so many begin in each minute of a storm, and ten seconds’ worth more in the first', () => {
    const delays = at(60).many(300);
    const within = (from: number) => delays.filter((delay) => delay >= from && delay < from + 60_000).length;
    expect([within(0), within(60_000), within(120_000)]).toEqual([69, 60, 60]);
  });

  test('counts each key apart', () => {
    const { delay } = at(1);
    expect([delay('a'), delay('a'), delay('b')]).toEqual([0, 60_000, 0]);
  });

  test('begins anew when the storm is over, and not before', () => {
    const { clock, many } = at(12);
    expect(many(4)).toEqual([0, 0, 5000, 10_000]);
    clock.time += 10_000;
    expect(many(1)).toEqual([5000]);
    clock.time += 60_000;
    expect(many(3)).toEqual([0, 0, 5000]);
  });

  test('takes a place back that was not needed', () => {
    const { take, many } = at(12);
    take('a').giveBack();
    expect(many(3)).toEqual([0, 0, 5000]);
  });
});
