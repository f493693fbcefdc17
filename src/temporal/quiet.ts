import { DefaultLogger, Runtime, type LogLevel, type RuntimeOptions } from '@temporalio/worker';

/** What Temporal's SDK says from `level` on; its worker states are of no interest to whoever watches a command. */
export function quietTemporal(level: LogLevel, options: RuntimeOptions = {}): void {
  try {
    Runtime.install({ logger: new DefaultLogger(level), ...options });
  } catch {
    // This process has its runtime already.
  }
}
