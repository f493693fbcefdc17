import { writeFile } from 'node:fs/promises';
import type { HistoryFile } from '../history-file.ts';
import { auditCode } from '../workflow-code.ts';
import { bundleOf } from './contents.ts';
import type { SigningKey } from './keys.ts';

/** Seals the incident of a history into one file; returns its size in bytes. */
export async function writeBundle(history: HistoryFile, out: string, key: SigningKey): Promise<number> {
  const bundle = bundleOf(history, await auditCode(), key);
  await writeFile(out, bundle, { mode: 0o600 });
  return bundle.length;
}
