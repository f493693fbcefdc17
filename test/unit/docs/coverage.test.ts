import { describe, expect, it } from 'vitest';
import { coverageProblems, coverageRows, expectedIds, stagesWithout } from '../../support/coverage.ts';
import type { TestResult } from '../../support/results.ts';

const passed: TestResult = { stage: 'unit', file: 'a.test.ts', title: 'a thing > works | always', outcome: 'passed' };
const rowOf = (id: string) => `| ${id} | what it is | \`a.ts\` | \`a thing > works \\| always\` |`;
/** A table without fault, with rows replaced or left out (null). */
const table = (changes: Record<string, string | null> = {}) =>
  expectedIds.flatMap((id) => (changes[id] === null ? [] : [changes[id] ?? rowOf(id)])).join('\n');
const problems = (markdown: string, results: TestResult[] = [passed], notRun: string[] = []) =>
  coverageProblems(markdown, results, (path) => path === 'a.ts', notRun);

describe('the coverage table', () => {
  it('holds when every row names what is there and passed', () => {
    expect(problems(table())).toEqual([]);
  });

  it('holds S1 to S132 and P1 to P12', () => {
    expect(expectedIds).toHaveLength(144);
    expect(expectedIds).toEqual(expect.arrayContaining(['S1', 'S132', 'P1', 'P12']));
  });

  it.each([
    ['an item is missing', null, 'has no row'],
    ['an item stands twice', `${rowOf('S3')}\n${rowOf('S3')}`, 'has 2 rows'],
    ['a file does not exist', '| S3 | what | `b.ts` | `a thing > works \\| always` |', 'no such file: b.ts'],
    [
      'no test has that title',
      '| S3 | what | `a.ts` | `a thing > breaks` |',
      'no test of that title ran: a thing > breaks',
    ],
    ['nothing says what the item is', '| S3 | | `a.ts` | `a thing > works \\| always` |', 'does not say what it is'],
    [
      'no file is named',
      '| S3 | what | | `a thing > works \\| always` |',
      'names no file and does not say "not yet: why"',
    ],
    ['no test is named', '| S3 | what | `a.ts` | |', 'names no test and does not say "not yet: why"'],
    ['a reason is missing', '| S3 | what | | not yet: |', 'says "not yet" without a reason'],
  ])('fails when %s', (_, row, problem) => {
    expect(problems(table({ S3: row }))).toEqual([{ id: 'S3', problem }]);
  });

  it.each([
    ['failed', undefined, 'the test failed: works'],
    ['skipped', 'install: Java', 'the test was skipped (install: Java): works'],
  ] as const)('fails when a test %s, also beside a passed one of that title', (outcome, reason, problem) => {
    const bad: TestResult = { ...passed, title: 'works', outcome, ...(reason === undefined ? {} : { reason }) };
    const row = '| S3 | what | `a.ts` | `works` |';
    expect(problems(table({ S3: row }), [passed, { ...passed, title: 'works' }, bad])).toEqual([{ id: 'S3', problem }]);
  });

  it('may say "not yet" with a reason, beside what there is already', () => {
    expect(problems(table({ S3: '| S3 | what | – | not yet: nobody wrote it |' }))).toEqual([]);
    const [row] = coverageRows('| S3 | what | `a.ts`, `b.ts` | `one`<br>`two`<br>not yet: the rest (`c`) |');
    expect(row).toEqual({
      id: 'S3',
      what: 'what',
      files: ['a.ts', 'b.ts'],
      titles: ['one', 'two'],
      notYet: 'the rest (`c`)',
    });
  });

  it('is held to the tests that stand behind a "not yet", too', () => {
    const row =
      '| S3 | what | `a.ts` | `a thing > works \\| always`<br>not yet: the rest (`c`)<br>`a thing > breaks` |';
    expect(problems(table({ S3: row }))).toEqual([
      { id: 'S3', problem: 'no test of that title ran: a thing > breaks' },
    ]);
    expect(coverageRows(row)[0]?.notYet).toBe('the rest (`c`)');
  });

  it('is not blamed for the parts of the tests that were left out', () => {
    const row = '| S3 | what | `a.ts` | `done in the lab` |';
    const notRun = stagesWithout([passed], ['test/unit/a.test.ts', 'test/lab/b.test.ts']);
    expect(notRun).toEqual(['lab']);
    expect(problems(table({ S3: row }), [passed], notRun)).toEqual([]);
    expect(problems(table({ S3: row.replace('a.ts', 'b.ts') }), [passed], notRun)).toHaveLength(1);
  });
});
