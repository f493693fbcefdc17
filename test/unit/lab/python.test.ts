import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { labPython } from '../../../src/lab/aws/python.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-python-'));
  vi.stubEnv('SOAR_CACHE_DIR', join(folder, 'cache'));
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH ?? ''}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

it('Ctrl-C during the installation ends it at once, tries no other way, and leaves nothing half made', async () => {
  // Both ways would take long; each says that it has begun.
  for (const way of ['uv', 'python3']) {
    const script = `#!/bin/sh\ncase "$1" in --version|-c) exit 0;; esac\ntouch ${folder}/${way}.began\nsleep 30\n`;
    await writeFile(join(folder, way), script, { mode: 0o755 });
  }
  const installing = expect(labPython(() => undefined)).rejects.toThrow(/installing ministack was interrupted/);
  await expect.poll(() => existsSync(join(folder, 'uv.began'))).toBe(true);
  const interruptedAt = Date.now();
  process.emit('SIGINT', 'SIGINT');
  await installing;
  expect(Date.now() - interruptedAt).toBeLessThan(5000);
  expect(existsSync(join(folder, 'python3.began'))).toBe(false);
  expect(await readdir(join(folder, 'cache'))).toEqual([]);
});
