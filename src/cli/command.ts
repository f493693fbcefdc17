import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Encryption } from '../encryption/encryption.ts';
import type { ConnectOptions, TemporalConnection } from '../temporal/connect.ts';
import { Negative } from './failures.ts';
import type { Terminal } from './terminal.ts';

/** Adds a command to the program. Whatever the command needs is imported when it runs: `--help` stays fast. */
export type Registration = (program: Command, terminal: Terminal) => void;

export const configOption = [
  '-c, --config <file>',
  'configuration file (default: $SOAR_CONFIG, else soar.yaml)',
] as const;

/** Of a command that takes both. */
export interface JsonOptions {
  config?: string;
  json?: boolean;
}

export const configPath = (options: { config?: string }, { env }: Terminal): string =>
  options.config ?? (env.SOAR_CONFIG || 'soar.yaml');

export const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join('')}`;

/** Settles when the person, or whoever runs the process, asks to stop. */
export const untilInterrupted = ({ interrupted }: Terminal): Promise<void> =>
  new Promise((resolve) => {
    if (interrupted.aborted) resolve();
    interrupted.addEventListener('abort', () => resolve());
  });

/** Runs with a connection to Temporal that reads and writes payloads as the configuration says, and closes it. */
export async function withTemporal<T>(
  terminal: Terminal,
  options: { config?: string },
  use: (temporal: TemporalConnection) => Promise<T>,
  connecting: Pick<ConnectOptions, 'callersWait'> = {},
): Promise<T> {
  const { connectTemporal } = await import('../temporal/connect.ts');
  const { dataConverterFor } = await import('../encryption/encryption.ts');
  const dataConverter = dataConverterFor(await encryptionIn(options, terminal));
  const temporal = await connectTemporal({ dataConverter, ...connecting });
  try {
    return await use(temporal);
  } catch (error) {
    // It may be in another place than the one that this terminal's variables name.
    if (!(error instanceof Error) || error.name !== 'IncidentNotFound') throw error;
    throw new Negative(`${error.message}; looked for ${placeOf(temporal)}`, { cause: error });
  } finally {
    await temporal.close();
  }
}

/** Which Temporal was asked, for an answer that there is nothing. */
export const placeOf = ({ namespace, address }: Pick<TemporalConnection, 'namespace' | 'address'>): string =>
  `in namespace ${namespace} at ${address}`;

/** Somebody without a configuration can still ask about incidents that are not encrypted. */
async function encryptionIn(options: { config?: string }, terminal: Terminal): Promise<Encryption | null> {
  const path = configPath(options, terminal);
  const named = options.config ?? terminal.env.SOAR_CONFIG;
  if (!named && !existsSync(path)) return null;
  const { loadConfig } = await import('../config/load-config.ts');
  const { encryptionOf } = await import('../encryption/encryption.ts');
  return encryptionOf(await loadConfig(path));
}
