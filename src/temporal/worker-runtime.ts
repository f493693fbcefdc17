import { DefaultLogger, makeTelemetryFilterString, Runtime, type LogEntry } from '@temporalio/worker';
import { inspect } from 'node:util';
import { plainText } from '../domain/escape.ts';
import { stopAtEnd } from './at-end.ts';
import { logsInJson } from './log.ts';

/** Nobody can be answered there. The CLI exits with 2. */
export class MetricsAddressInvalid extends Error {
  override readonly name = 'MetricsAddressInvalid';
}

/**
 * How the workers of this process tell of themselves; before the first of them is made. With an address, Temporal's own
 * figures for Prometheus at `/metrics`: tasks, failures, attempts, waiting. Their labels are names of ours (task queues,
 * activities), never of incidents or people.
 */
export function installRuntime(metricsAddress?: string): void {
  if (metricsAddress === undefined && !logsInJson()) return;
  const filter = makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' });
  try {
    Runtime.install({
      ...(logsInJson() && {
        logger: new DefaultLogger('INFO', (entry) => void process.stderr.write(jsonEntry(entry))),
      }),
      telemetryOptions: {
        // Forwarded, what the core says is an entry like any other.
        ...(logsInJson() && { logging: { filter, forward: {} } }),
        ...(metricsAddress !== undefined && { metrics: { prometheus: { bindAddress: metricsAddress } } }),
      },
    });
  } catch (error) {
    const { message } = error as Error;
    // In the words of Temporal's core, which names its own arguments.
    const reason = message.includes('invalid socket address')
      ? 'say address and port, such as 127.0.0.1:9464'
      : message;
    throw new MetricsAddressInvalid(`metrics cannot be served at ${metricsAddress}: ${reason}`);
  }
  // Where the configuration is refused, no worker ends it.
  stopAtEnd(() => Runtime.instance().shutdown());
}

/** One line, whatever it is told with: an error is its text, stack and causes. */
export function jsonEntry({ level, timestampNanos, message, meta }: LogEntry): string {
  const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  const fields = { ...meta, time, level: level.toLowerCase(), message: plainText(message) };
  return `${JSON.stringify(fields, (_key, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    return value instanceof Error ? plainText(inspect(value)) : value;
  })}\n`;
}
