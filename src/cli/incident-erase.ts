import { readFile } from 'node:fs/promises';
import { configPath, withTemporal } from './command.ts';
import { Negative, UsageError } from './failures.ts';
import { answerTo, type Terminal } from './terminal.ts';

export interface EraseOptions {
  config?: string;
  tokenFile: string[];
  reason: string;
  confirm?: string;
}

export interface Erased {
  incidentKey: string;
  workflowId: string;
  keys: number;
  by: string[];
  reason: string;
}

/** Makes what Temporal holds of an incident unreadable for good, once enough approvers have said so. */
export async function eraseNamed(ref: string, options: EraseOptions, terminal: Terminal): Promise<Erased> {
  const { loadConfig } = await import('../config/load-config.ts');
  const { encryptionOf } = await import('../encryption/encryption.ts');
  const { findIncident } = await import('../approvals/find-incident.ts');
  const { actorOf, checkErasable, confirmedBy, eraseIncident } = await import('../encryption/erasure.ts');
  const reason = options.reason.trim();
  if (!/^[^\p{Cc}]{1,300}$/u.test(reason)) throw new UsageError('--reason takes a line of text: it stays on record');
  const config = await loadConfig(configPath(options, terminal));
  const encryption = encryptionOf(config, 'keeper');
  if (!encryption) throw new UsageError('the configuration has no section encryption: there is no key to destroy');
  const tokens = await Promise.all(options.tokenFile.map(tokenIn));
  return withTemporal(terminal, options, async ({ client }) => {
    const found = await findIncident(client, ref);
    await checkErasable(client, encryption, found);
    const by = confirmedBy(tokens, config.approvals, await actorOf(client, found));
    await confirm(found.incidentKey, options, terminal);
    const keys = await eraseIncident(encryption, found, by, reason, new Date());
    return { incidentKey: found.incidentKey, workflowId: found.workflowId, keys, by, reason };
  });
}

async function tokenIn(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new UsageError(`--token-file ${file} cannot be read (${code})`, { cause: error });
  }
}

async function confirm(key: string, { confirm: said }: EraseOptions, terminal: Terminal): Promise<void> {
  terminal.err('what Temporal holds of it cannot be read any more, by nobody; the evidence store keeps what it has\n');
  if (said === undefined && !terminal.ask) throw new UsageError(`nobody can be asked here: add --confirm ${key}`);
  const answer = said?.trim() ?? (await answerTo(`Type ${key} to erase it for good: `, terminal));
  if (answer === null) throw new Negative('nothing was erased');
  if (answer.toUpperCase() !== key.toUpperCase()) throw new Negative('nothing was erased: that is not its key');
}
