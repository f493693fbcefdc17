import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const START = `
  const { startAwsLab } = await import(${JSON.stringify(new URL('../../src/lab/aws/aws-lab.ts', import.meta.url).href)});
  await startAwsLab().then((lab) => console.log(lab.endpoint), (error) => {
    console.error(error.name + ': ' + error.message);
    process.exit(error.exitCode ?? 1);
  });
`;
const NODE = ['--no-warnings', '--input-type=module', '-e', START];

it.runIf(process.platform === 'linux')('leaves nothing running when its process is killed', async () => {
  const child = spawn(process.execPath, NODE, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const pid = String(child.pid);
  const emulator = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  expect(existsSync(`/proc/${emulator}`)).toBe(true);
  child.kill('SIGKILL');
  await expect.poll(() => existsSync(`/proc/${emulator}`)).toBe(false);
});

it('says in one line what is missing where there is no Python', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'soar-cache-'));
  try {
    const run = promisify(execFile)(process.execPath, NODE, { env: { SOAR_CACHE_DIR: cache, PATH: cache } });
    await expect(run).rejects.toMatchObject({
      code: 3,
      stderr:
        'PrerequisiteMissing: The AWS lab needs uv, or Python 3.10 or later with venv ' +
        '(Debian: apt-get install python3-venv).\n',
    });
  } finally {
    rmSync(cache, { recursive: true });
  }
});
