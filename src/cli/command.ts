import type { Command } from 'commander';
import type { TemporalConnection } from '../temporal/connect.ts';
import type { Terminal } from './terminal.ts';

/** Adds a command to the program. Whatever the command needs is imported when it runs: `--help` stays fast. */
export type Registration = (program: Command, terminal: Terminal) => void;

export const configOption = [
  '-c, --config <file>',
  'configuration file (default: $SOAR_CONFIG, else soar.yaml)',
] as const;

export const configPath = (options: { config?: string }, { env }: Terminal): string =>
  options.config ?? (env.SOAR_CONFIG || 'soar.yaml');

export const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join('')}`;

/** Runs with a connection to Temporal, and closes it. */
export async function withTemporal<T>(use: (temporal: TemporalConnection) => Promise<T>): Promise<T> {
  const { connectTemporal } = await import('../temporal/connect.ts');
  const temporal = await connectTemporal();
  try {
    return await use(temporal);
  } finally {
    await temporal.close();
  }
}
