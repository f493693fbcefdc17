import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { useDevEnv } from '../support/dev-env.ts';
import { leastConfig } from '../unit/config/configuration.ts';

const env = useDevEnv();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-worker-'));
  await writeFile(join(folder, 'soar.yaml'), stringify(leastConfig()));
});
afterAll(() => rm(folder, { recursive: true }));

test.each([[[]], [['--metrics', '127.0.0.1:0']]])(
  'a worker process in which one role cannot start ends and says why, although others were made before it, %j',
  async (more) => {
    // The contain worker, the third, needs the secret of the codes, and it is not in the environment.
    const { code, said } = await new Promise<{ code: unknown; said: string }>((resolve) => {
      execFile(
        process.execPath,
        ['src/cli/main.ts', 'worker', '--role', 'all', '--config', join(folder, 'soar.yaml'), ...more],
        { env: { ...process.env, TEMPORAL_ADDRESS: env().address, TEST_SOAR_CODES: undefined } },
        (error, _out, said) => resolve({ code: error?.code, said }),
      );
    });
    expect(said).toContain('gateway.codeSecret: env:TEST_SOAR_CODES is not set');
    expect(code).toBe(2);
  },
);
