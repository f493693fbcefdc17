import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where downloads and builds are kept: outside the work tree, shared by every checkout. Created when missing. */
export function cacheDir(): string {
  const configured = process.env['SOAR_CACHE_DIR'];
  const dir = configured
    ? resolve(configured)
    : join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'temporal-soar');
  mkdirSync(dir, { recursive: true });
  return dir;
}
