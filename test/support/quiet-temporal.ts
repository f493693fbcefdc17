import { DefaultLogger, Runtime } from '@temporalio/worker';

/** The SDK logs warnings only: bundles and worker states of passing tests are of no interest. */
export function quietTemporal(): void {
  try {
    Runtime.install({ logger: new DefaultLogger('WARN') });
  } catch {
    // This process has its runtime already.
  }
}
