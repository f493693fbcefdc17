import { Runtime } from '@temporalio/worker';
import { stopAtEnd } from './at-end.ts';

/** Nobody can be answered there. The CLI exits with 2. */
export class MetricsAddressInvalid extends Error {
  override readonly name = 'MetricsAddressInvalid';
}

/**
 * Temporal's own figures of the workers in this process, for Prometheus at `/metrics`: tasks, failures, attempts, waiting.
 * Before the first worker is made. Its labels are names of ours (task queues, activities), never of incidents or people.
 */
export function serveMetrics(address: string): void {
  try {
    Runtime.install({ telemetryOptions: { metrics: { prometheus: { bindAddress: address } } } });
  } catch (error) {
    throw new MetricsAddressInvalid(`metrics cannot be served at ${address}: ${(error as Error).message}`);
  }
  // Where the configuration is refused, no worker ends it.
  stopAtEnd(() => Runtime.instance().shutdown());
}
