import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '../../temporal/cache-dir.ts';
import { runCommand, type CommandResult, type Progress } from '../../temporal/run-command.ts';
import { PrerequisiteMissing } from './prerequisite-missing.ts';

const REQUIREMENTS = fileURLToPath(new URL('ministack/requirements.txt', import.meta.url));
const LIMIT_SECONDS = 5 * 60;
const MISSING = 'The AWS lab needs uv, or Python 3.10 or later with venv (Debian: apt-get install python3-venv).';

/**
 * The Python of a private environment with ministack in it, made on the first call and kept in the cache directory
 * under a name that follows the frozen requirements. Two processes may do so at once: each builds under a name of its
 * own, and renaming decides.
 */
export async function labPython(progress: Progress): Promise<string> {
  const version = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex')
    .slice(0, 12);
  const home = join(cacheDir(), `ministack-${version}`);
  if (existsSync(pythonIn(home))) return pythonIn(home);

  progress('Installing ministack, the AWS emulator (once)');
  const building = `${home}.${String(process.pid)}-${Date.now().toString(36)}`;
  try {
    await build(building, progress);
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

/** Ctrl-C ends the step that runs, and no other way is tried. */
const run = (progress: Progress, command: string, args: string[]): Promise<CommandResult> =>
  runCommand(command, args, { what: 'installing ministack', limitSeconds: LIMIT_SECONDS, progress });

async function build(home: string, progress: Progress): Promise<void> {
  if (await buildWithUv(home, progress)) return;
  const python = await systemPython(progress);
  if (python === undefined) throw new PrerequisiteMissing(MISSING);
  const venv = await run(progress, python, ['-m', 'venv', home]);
  if (!venv.ok) throw new PrerequisiteMissing(MISSING);
  const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '-r', REQUIREMENTS];
  const pip = await run(progress, pythonIn(home), install);
  if (!pip.ok) throw new PrerequisiteMissing(`The AWS lab could not install ministack: ${pip.reason}`);
}

async function buildWithUv(home: string, progress: Progress): Promise<boolean> {
  if (!(await run(progress, 'uv', ['--version'])).ok) return false;
  const venv = await run(progress, 'uv', ['venv', '--quiet', '--python', '>=3.10', '--no-python-downloads', home]);
  if (!venv.ok) return false;
  const where = ['--python', pythonIn(home), '-r', REQUIREMENTS];
  return (await run(progress, 'uv', ['pip', 'install', '--quiet', '--no-deps', '--compile-bytecode', ...where])).ok;
}

async function systemPython(progress: Progress): Promise<string | undefined> {
  const isNewEnough = ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))'];
  for (const candidate of ['python3', 'python']) {
    if ((await run(progress, candidate, isNewEnough)).ok) return candidate;
  }
  return undefined;
}

function pythonIn(home: string): string {
  return join(home, 'bin', 'python');
}
