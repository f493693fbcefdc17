import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folders = ['activities', 'workflows', 'workers'];
const namesLab = /\blab\b|ministack|localhost|127\.0\.0\.1/i;

const withoutComments = (code: string): string => code.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '');

const linesNaming = (code: string): string[] =>
  withoutComments(code)
    .split('\n')
    .filter((line) => namesLab.test(line));

const files = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file)),
);

describe('what runs against AWS', () => {
  it('has no branch that knows a lab: nothing of it names one', () => {
    expect(files.length).toBeGreaterThan(200);
    const found = files.flatMap((file) =>
      linesNaming(readFileSync(file, 'utf8')).map((line) => `${file}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });

  it('would be found out', () => {
    const code =
      "/* the lab */ import x from '../lab/a.ts'; // lab\nif (endpoint === 'http://127.0.0.1:4566') y();\nok();";
    expect(linesNaming(code)).toEqual([
      " import x from '../lab/a.ts'; ",
      "if (endpoint === 'http://127.0.0.1:4566') y();",
    ]);
  });
});
