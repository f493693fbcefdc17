import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

/** A machine of its own for each test: an empty cache folder, and on the PATH only the programs that the test puts there. */
export function sandbox(): { readonly cache: string; program: (name: string, script: string) => void } {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'soar-sandbox-'));
    mkdirSync(join(root, 'bin'));
    mkdirSync(join(root, 'cache'));
    vi.stubEnv('SOAR_CACHE_DIR', join(root, 'cache'));
    vi.stubEnv('PATH', join(root, 'bin'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true, force: true });
  });
  return {
    get cache() {
      return join(root, 'cache');
    },
    program: (name, script) => {
      const path = join(root, 'bin', name);
      writeFileSync(path, `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
    },
  };
}
