import { describe, expect, it } from 'vitest';
import { Command } from 'commander';
import { brokenLinks, npmScripts, soarCommands, unknownCommands } from '../../support/documents.ts';

const files: Record<string, string> = {
  'README.md': '# Start\n',
  'docs/a.md': '## Who may import whom?\n',
  'docs/p.svg': '',
};
const broken = (path: string, text: string) =>
  brokenLinks(
    path,
    text,
    (file) => file in files,
    (file) => files[file] ?? '',
  );

describe('links', () => {
  it('lead to files and headings of this repository', () => {
    const text = '[a](docs/a.md) [b](docs/a.md#who-may-import-whom) <img src="docs/p.svg"> [c](https://example.org)';
    expect(broken('README.md', text)).toEqual([]);
    expect(broken('docs/a.md', '[up](../README.md#start) [p](p.svg) [self](#there)\n# There')).toEqual([]);
  });

  it('that lead nowhere are found', () => {
    const text = '[a](docs/b.md) [b](docs/a.md#else) ![c](q.svg) [d](../out.md) `[e](code.md)`';
    expect(broken('README.md', text)).toEqual(['docs/b.md', 'docs/a.md#else', 'q.svg', '../out.md']);
  });
});

describe('commands', () => {
  const text = [
    'Run `npm ci`, then soar well.',
    '```sh',
    'npm run demo -- --scenario insider',
    'npm run -s soar -- help',
    'soar gateway keygen --id x # a key',
    'soar incident show VMX-7Q2MZ4K6AB | jq .',
    'soar audit replay bundle.json',
    '```',
  ].join('\n');
  const program = new Command('soar');
  program.command('gateway').command('keygen').option('--id <id>');
  program.command('incident').command('show');
  program.command('audit').command('replay');

  it('are read from code, not from prose', () => {
    expect(npmScripts(text)).toEqual(['ci', 'demo', 'soar']);
    expect(soarCommands(text)).toEqual(['gateway keygen --id', 'incident show', 'audit replay']);
  });

  it('may be followed by a colon', () => {
    expect(npmScripts('`npm run bench: ratios`, `npm run test:lab`')).toEqual(['bench', 'test:lab']);
  });

  it('that do not exist are found', () => {
    expect(unknownCommands(soarCommands(text), program)).toEqual([]);
    expect(unknownCommands(['incident shout', 'fly', 'gateway keygen --key'], program)).toEqual([
      'soar incident shout',
      'soar fly',
      'soar gateway keygen --key',
    ]);
  });
});
