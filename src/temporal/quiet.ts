import {
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  type LogLevel,
  type RuntimeOptions,
} from '@temporalio/worker';
import { stopAtEnd } from './at-end.ts';

/**
 * What Temporal's SDK says from `level` on; its worker states are of no interest to whoever watches a command. Its core
 * would write to standard output, where results are.
 */
export function quietTemporal(level: LogLevel, options: RuntimeOptions = {}): void {
  const filter = makeTelemetryFilterString({ core: level, other: level });
  try {
    Runtime.install({
      logger: new DefaultLogger(level),
      telemetryOptions: { logging: { filter, forward: {} } },
      ...options,
    });
    // Where no worker runs, nothing else stops what forwards the logs.
    stopAtEnd(() => Runtime.instance().shutdown());
  } catch {
    // This process has its runtime already.
  }
}
