import { ServiceError } from '@temporalio/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasStatus } from './grpc-status.ts';

const betweenMs = 200;

/**
 * Asks again while no worker could answer in time, as on a machine that has more to do than it can, for so many
 * milliseconds; then throws what was answered last, and any other failure at once. For queries: each is asked anew.
 */
export async function patiently<T>(ask: () => Promise<T>, patienceMs = 120_000): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isBusy(error) || performance.now() > end) throw error;
    }
    await sleep(betweenMs);
  }
}

/** Nobody was there in time, or the workflow's last task took too long. */
const isBusy = (error: unknown): boolean =>
  error instanceof ServiceError && hasStatus(error.cause, 'deadlineExceeded', 'failedPrecondition');
