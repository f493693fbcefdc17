import { parseArgs } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { argumentsOr } from '../../../src/cli/script-arguments.ts';

describe('the arguments of a script', () => {
  afterEach(() => vi.restoreAllMocks());

  const options = { json: { type: 'boolean' } } as const;
  const parsing = (args: string[]) => () => parseArgs({ args, options });

  it('are what was typed', () => {
    expect(argumentsOr('usage\n', parsing(['--json'])).values).toEqual({ json: true });
  });

  it('that are unknown end it with 2, a line on why and how to call it', () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const exit = vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${code ?? ''}`);
    });
    expect(() => argumentsOr('usage\n', parsing(['--nonsense']))).toThrow('exit 2');
    expect(exit).toHaveBeenCalledOnce();
    expect(written.mock.calls.join('')).toMatch(/^Unknown option '--nonsense'[^\n]*\n\nusage\n$/);
  });
});
