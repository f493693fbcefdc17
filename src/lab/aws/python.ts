import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '../../temporal/cache-dir.ts';
import { PrerequisiteMissing } from './prerequisite-missing.ts';

const REQUIREMENTS = fileURLToPath(new URL('ministack/requirements.txt', import.meta.url));
const DOWNLOAD_TIMEOUT_MS = 5 * 60_000;
const MISSING = 'The AWS lab needs uv, or Python 3.10 or later with venv (Debian: apt-get install python3-venv).';

/**
 * The Python of a private environment with ministack in it, made on the first call and kept in the cache directory
 * under a name that follows the frozen requirements. Two processes may do so at once: each builds under a name of its
 * own, and renaming decides.
 */
export async function labPython(progress: (line: string) => void): Promise<string> {
  const version = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex')
    .slice(0, 12);
  const home = join(cacheDir(), `ministack-${version}`);
  if (existsSync(pythonIn(home))) return pythonIn(home);

  progress('Installing ministack, the AWS emulator (once)');
  const building = `${home}.${String(process.pid)}-${Date.now().toString(36)}`;
  try {
    await build(building);
    // A home without a working Python is one whose system Python was removed: it makes way.
    if (!existsSync(pythonIn(home))) await rm(home, { recursive: true, force: true });
    await rename(building, home).catch((cause: unknown) => {
      if (!existsSync(pythonIn(home))) throw cause;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return pythonIn(home);
}

async function build(home: string): Promise<void> {
  if (await buildWithUv(home)) return;
  const python = await systemPython();
  if (python === undefined) throw new PrerequisiteMissing(MISSING);
  const venv = await run(python, ['-m', 'venv', home]);
  if (!venv.ok) throw new PrerequisiteMissing(MISSING);
  const pip = await run(pythonIn(home), ['-m', 'pip', 'install', '--quiet', '--no-deps', '-r', REQUIREMENTS]);
  if (!pip.ok) throw new PrerequisiteMissing(`The AWS lab could not install ministack: ${pip.lastLine}`);
}

async function buildWithUv(home: string): Promise<boolean> {
  if (!(await run('uv', ['--version'])).ok) return false;
  const venv = await run('uv', ['venv', '--quiet', '--python', '>=3.10', '--no-python-downloads', home]);
  if (!venv.ok) return false;
  const install = [
    'pip',
    'install',
    '--quiet',
    '--no-deps',
    '--compile-bytecode',
    '--python',
    pythonIn(home),
    '-r',
    REQUIREMENTS,
  ];
  return (await run('uv', install)).ok;
}

async function systemPython(): Promise<string | undefined> {
  const isNewEnough = ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))'];
  for (const candidate of ['python3', 'python']) {
    if ((await run(candidate, isNewEnough)).ok) return candidate;
  }
  return undefined;
}

function pythonIn(home: string): string {
  return join(home, 'bin', 'python');
}

function run(command: string, args: string[]): Promise<{ ok: boolean; lastLine: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: DOWNLOAD_TIMEOUT_MS });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const done = (ok: boolean) => resolve({ ok, lastLine: said.trim().split('\n').at(-1) ?? '' });
    child.on('error', () => done(false));
    child.on('close', (code) => done(code === 0));
  });
}
