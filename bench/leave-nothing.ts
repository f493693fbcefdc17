import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Whatever ends the bench, nothing of it stays. Servers end with the process that started them; what they and we write on
 * the way goes into one folder, which is removed at the end, after Ctrl-C as well.
 */
export function leaveNothing(): void {
  const folder = mkdtempSync(join(tmpdir(), 'soar-bench-'));
  process.env['TMPDIR'] = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
}
