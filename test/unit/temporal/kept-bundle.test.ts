import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keptBundle, makeBundle } from '../../../src/temporal/kept-bundle.ts';

let folder: string;
let source: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-bundles-'));
  vi.stubEnv('SOAR_CACHE_DIR', join(folder, 'cache'));
  source = join(folder, 'code');
  await mkdir(join(source, 'shared'), { recursive: true });
  await writeFile(join(source, 'shared', 'a.ts'), 'one');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** How often it was made, and what came of it. */
let made = 0;
const bundle = async (options = { workflowsPath: 'w' }): Promise<string> => {
  const make = () => Promise.resolve({ code: `code ${++made}`, sourceMap: '' });
  return (await keptBundle(options, [source], make)).code;
};

describe('bundled workflow code', () => {
  it('is made once, and again when a file of it, or how it is made, has changed', async () => {
    const first = await bundle();
    expect(await bundle()).toBe(first);
    expect(await bundle({ workflowsPath: 'other' })).not.toBe(first);
    await writeFile(join(source, 'shared', 'a.ts'), 'two');
    const second = await bundle();
    expect(second).not.toBe(first);
    await writeFile(join(source, 'b.ts'), '');
    expect(await bundle()).not.toBe(second);
    await rm(join(source, 'b.ts'));
    expect(await bundle()).toBe(second);
  });

  it(
    'is compiled for the Node that runs it, not for one that knows no copies of objects',
    { timeout: 60_000 },
    async () => {
      const workflowsPath = fileURLToPath(new URL('../../../src/domain/plan/portion.ts', import.meta.url));
      const { code } = await makeBundle({ workflowsPath });
      expect(code).toContain('...plan.notPlanned');
      expect(code).not.toContain('_object_spread');
    },
  );

  it(
    'is made where nothing but the cache can be written, neither the home nor the temporary folder',
    { timeout: 60_000 },
    async () => {
      const cache = join(folder, 'cache');
      const module = new URL('../../../src/temporal/kept-bundle.ts', import.meta.url).href;
      const workflowsPath = fileURLToPath(new URL('../../../src/domain/plan/portion.ts', import.meta.url));
      const code = `const { makeBundle } = await import('${module}'); await makeBundle({ workflowsPath: '${workflowsPath}' });`;
      const nowhere = { HOME: '/dev/null', XDG_CACHE_HOME: '/dev/null', TMPDIR: '/dev/null' };
      const env = { ...process.env, ...nowhere, SOAR_CACHE_DIR: cache };
      const args = ['--input-type=module', '--eval', code];
      await promisify(execFile)(process.execPath, args, { env });
    },
  );

  it('is made each time where somebody else can write what is kept', async () => {
    const first = await bundle();
    await chmod(join(folder, 'cache', 'bundles'), 0o770);
    expect(await bundle()).not.toBe(first);
  });

  it('is made where nothing can be kept', async () => {
    await writeFile(join(folder, 'cache'), 'a file where the folder would be');
    expect(await bundle()).toMatch(/^code /);
  });

  it('does not fill the disk', async () => {
    for (let change = 0; change < 12; change++) {
      await writeFile(join(source, 'shared', 'a.ts'), `change ${change}`);
      await bundle();
    }
    expect(await readdir(join(folder, 'cache', 'bundles'))).toHaveLength(8);
  });
});
