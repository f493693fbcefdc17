import { runCli } from '../../../src/cli/program.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';

/** Runs a command line as a process would, and returns what it wrote and its exit code. */
export async function soar(
  argv: string[],
  options: Partial<Terminal> = {},
): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runCli(argv, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    env: {},
    coloured: false,
    columns: 100,
    ask: undefined,
    interrupted: new AbortController().signal,
    ...options,
  });
  return { code, out, err };
}
