import { describe, expect, it } from 'vitest';
import {
  defaultCopySettings,
  largestCopyInOneCall,
  largestPart,
  mostParts,
  partSizeFor,
  partsOf,
  rangeOf,
  smallestPart,
} from '../../../../activities/s3/parts.ts';

const GiB = 1024 ** 3;
const TiB = 1024 ** 4;

describe('the parts of a copy', () => {
  it.each([5 * GiB + 1, 100 * GiB, TiB, 2 * TiB, mostParts * largestPart])(
    'of %d bytes stay within the limits of S3',
    (size) => {
      const partSize = partSizeFor(size, defaultCopySettings.partSize);
      expect(partSize).toBeGreaterThanOrEqual(smallestPart);
      expect(partSize).toBeLessThanOrEqual(largestPart);
      expect(Math.ceil(size / partSize)).toBeLessThanOrEqual(mostParts);
    },
  );

  it('are of the wanted size unless S3 wants larger or fewer ones', () => {
    expect(partSizeFor(TiB, defaultCopySettings.partSize)).toBe(defaultCopySettings.partSize);
    expect(partSizeFor(TiB, 1)).toBe(Math.ceil(TiB / mostParts));
    expect(partSizeFor(GiB, 1)).toBe(smallestPart);
  });

  it('cover every byte once, and the last one may be short', () => {
    expect(partsOf(23, 10)).toEqual([
      { number: 1, first: 0, last: 9, size: 10 },
      { number: 2, first: 10, last: 19, size: 10 },
      { number: 3, first: 20, last: 22, size: 3 },
    ]);
    expect(partsOf(20, 10).map(({ size }) => size)).toEqual([10, 10]);
    expect(partsOf(0, 10)).toEqual([]);
    expect(rangeOf(partsOf(23, 10)[2]!)).toBe('bytes=20-22');
  });

  it('are for what S3 does not copy in one call', () => {
    expect(defaultCopySettings.largestInOneCall).toBe(largestCopyInOneCall);
    expect(largestCopyInOneCall).toBe(5 * GiB);
  });
});
