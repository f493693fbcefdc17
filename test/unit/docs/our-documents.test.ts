import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../../src/cli/program.ts';
import { brokenLinks, npmScripts, soarCommands, unknownCommands } from '../../support/documents.ts';

const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...globSync('docs/**/*.md').sort(),
];
const read = (path: string) => readFileSync(path, 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: object };
const npmKnows = [...Object.keys(scripts), 'ci', 'install', 'run', 'test'];
const program = buildProgram({
  out: () => undefined,
  err: () => undefined,
  env: {},
  coloured: false,
  columns: 100,
  ask: undefined,
  interrupted: new AbortController().signal,
});

describe.each(documents)('%s', (path) => {
  const text = read(path);

  it('has links that lead somewhere', () => {
    expect(brokenLinks(path, text, existsSync, read)).toEqual([]);
  });

  it('names commands that exist', () => {
    expect(npmScripts(text).filter((name) => !npmKnows.includes(name))).toEqual([]);
    expect(unknownCommands(soarCommands(text), program)).toEqual([]);
  });
});
