import { execFile } from 'node:child_process';
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
