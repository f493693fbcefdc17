import { existsSync, mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { cacheDir } from '../../../src/temporal/cache-dir.ts';

const folder = mkdtempSync(join(tmpdir(), 'soar-cache-'));
afterEach(() => vi.unstubAllEnvs());

test('creates the configured cache folder', () => {
  vi.stubEnv('SOAR_CACHE_DIR', join(folder, 'a', 'b'));
  expect(cacheDir()).toBe(join(folder, 'a', 'b'));
  expect(existsSync(join(folder, 'a', 'b'))).toBe(true);
});

test('falls back to the XDG cache folder, then to the one in the home folder', () => {
  vi.stubEnv('SOAR_CACHE_DIR', undefined);
  vi.stubEnv('XDG_CACHE_HOME', folder);
  expect(cacheDir()).toBe(join(folder, 'temporal-soar'));
  vi.stubEnv('XDG_CACHE_HOME', undefined);
  vi.stubEnv('HOME', folder);
  expect(cacheDir()).toBe(join(homedir(), '.cache', 'temporal-soar'));
});
