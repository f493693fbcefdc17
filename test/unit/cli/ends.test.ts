import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { expect, it } from 'vitest';

it('a command of the audit that cannot begin ends its process', async () => {
  const said = await new Promise<{ code: unknown; err: string }>((resolve) =>
    execFile(
      process.execPath,
      ['src/cli/main.ts', 'audit', 'replay', 'README.md'],
      { timeout: 9000, killSignal: 'SIGKILL' },
      (error, _out, err) => resolve({ code: error?.code, err }),
    ),
  );
  expect(said).toEqual({
    code: 2,
    err: expect.stringContaining('README.md is neither a history nor a bundle of ours') as string,
  });
});

it.skipIf(process.platform !== 'linux')('a log that takes nothing does not change how a command ends', async () => {
  const full = await open('/dev/full', 'w');
  try {
    const child = spawn(process.execPath, ['src/cli/main.ts', 'audit', 'replay', 'README.md'], {
      stdio: ['ignore', 'ignore', full.fd],
    });
    expect(await once(child, 'exit')).toEqual([2, null]);
  } finally {
    await full.close();
  }
});
