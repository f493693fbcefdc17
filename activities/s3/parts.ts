/** S3's limits of copies and uploads in parts: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const largestCopyInOneCall = 5 * 1024 ** 3;
export const smallestPart = 5 * 1024 ** 2;
export const largestPart = 5 * 1024 ** 3;
export const mostParts = 10_000;

/** How an export is copied. */
export interface CopySettings {
  /** Objects above this are copied in parts. */
  largestInOneCall: number;
  /** Of a part, as long as that makes no more parts than S3 takes. */
  partSize: number;
  /** Parts that S3 copies at the same time. */
  partsAtOnce: number;
}

/** Small enough that a killed worker loses a minute at most, large enough that a terabyte makes 8,192 parts. */
export const defaultCopySettings: CopySettings = {
  largestInOneCall: largestCopyInOneCall,
  partSize: 128 * 1024 ** 2,
  partsAtOnce: 4,
};

export interface Part {
  /** From 1. */
  number: number;
  first: number;
  /** Of the last byte, which is part of it. */
  last: number;
  size: number;
}

/** The wanted size, as far as S3's limits allow it for an object of this size. */
export function partSizeFor(size: number, wanted: number): number {
  return Math.min(largestPart, Math.max(smallestPart, wanted, Math.ceil(size / mostParts)));
}

/** The parts of an object in order; all are of one size but the last. An empty object has none. */
export function partsOf(size: number, partSize: number): Part[] {
  return Array.from({ length: Math.ceil(size / partSize) }, (_, index) => {
    const first = index * partSize;
    const last = Math.min(size, first + partSize) - 1;
    return { number: index + 1, first, last, size: last - first + 1 };
  });
}

/** As the headers of ranges want it. */
export const rangeOf = ({ first, last }: Part): string => `bytes=${first}-${last}`;
