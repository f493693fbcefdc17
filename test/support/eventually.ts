import { vi } from 'vitest';

/**
 * Waits until a check holds that depends on processes or servers, and returns what it returns. It is as patient as a
 * machine may be busy: only a test that fails waits so long. vi.waitFor alone gives up after a second.
 */
export const eventually = <T>(
  check: () => T | Promise<T>,
  { timeout = 60_000, interval = 100 }: { timeout?: number; interval?: number } = {},
): Promise<T> => vi.waitFor(check, { timeout, interval });
