import type { TestResult } from './results.ts';

/** One row of docs/coverage.md: an item of the playbook (S…) or a promise (P…), and what shows that it is kept. */
export interface CoverageRow {
  id: string;
  what: string;
  files: string[];
  titles: string[];
  /** The text after "not yet:", if the row says so. */
  notYet: string | undefined;
}

export interface CoverageProblem {
  /** `S47`, `P3`. */
  id: string;
  problem: string;
}

/** What has to be there, each exactly once. */
export const expectedIds: string[] = [numbered('S', 132), numbered('P', 12)].flat();

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
}

/** Rows of all tables whose first cell is an id: `| S47 | what | files | tests |`. */
export function coverageRows(markdown: string): CoverageRow[] {
  return markdown.split('\n').flatMap((line) => {
    const cells = cellsOf(line);
    const [id = '', what = '', files = '', tests = ''] = cells;
    if (!/^[SP]\d+$/.test(id)) return [];
    // One part to a line of the cell: what is left out may stand between two tests.
    const parts = tests.split('<br>');
    const notYet = parts.flatMap((part) => /^not yet: *(.*)/.exec(part.trim())?.[1] ?? []);
    const titles = parts.filter((part) => !part.trim().startsWith('not yet:')).flatMap(codeSpans);
    return [{ id, what, files: codeSpans(files), titles, notYet: notYet.length === 0 ? undefined : notYet.join('; ') }];
  });
}

/** The cells of a table's line; a pipe inside a cell is written `\|`. */
function cellsOf(line: string): string[] {
  if (!line.startsWith('|')) return [];
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

const codeSpans = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);

/**
 * What is wrong with the table, in its order. `stagesNotRun` are parts of the tests that this run left out: a title without
 * any result is then not held against the table. A test that was there and did not pass always is.
 */
export function coverageProblems(
  markdown: string,
  results: readonly TestResult[],
  fileExists: (path: string) => boolean,
  stagesNotRun: readonly string[] = [],
): CoverageProblem[] {
  const rows = coverageRows(markdown);
  const byTitle = Map.groupBy(results, ({ title }) => title);
  return expectedIds.flatMap((id) => {
    const own = rows.filter((row) => row.id === id);
    if (own.length !== 1) return [{ id, problem: own.length === 0 ? 'has no row' : `has ${own.length} rows` }];
    return own.flatMap((row) => [
      ...problemsOfRow(row),
      ...row.files.filter((file) => !fileExists(file)).map((file) => ({ id, problem: `no such file: ${file}` })),
      ...row.titles.flatMap((title) => {
        const problem = problemOfTitle(title, byTitle.get(title) ?? [], stagesNotRun);
        return problem === null ? [] : [{ id, problem }];
      }),
    ]);
  });
}

function problemsOfRow({ id, what, files, titles, notYet }: CoverageRow): CoverageProblem[] {
  const problems: string[] = [];
  if (what === '') problems.push('does not say what it is');
  if (notYet === '') problems.push('says "not yet" without a reason');
  if (notYet === undefined && files.length === 0) problems.push('names no file and does not say "not yet: why"');
  if (notYet === undefined && titles.length === 0) problems.push('names no test and does not say "not yet: why"');
  return problems.map((problem) => ({ id, problem }));
}

/** Why a title shows nothing in this run; null: it passed, wherever it stands. */
function problemOfTitle(title: string, found: TestResult[], stagesNotRun: readonly string[]): string | null {
  const bad = found.find(({ outcome }) => outcome !== 'passed');
  if (bad)
    return `the test ${bad.outcome === 'failed' ? 'failed' : `was skipped (${bad.reason ?? 'no reason'})`}: ${title}`;
  if (found.length > 0 || stagesNotRun.length > 0) return null;
  return `no test of that title ran: ${title}`;
}

/** Test folders that have tests on disk and not a single result: parts of the tests that this run left out. */
export const stagesWithout = (results: readonly TestResult[], testFiles: readonly string[]): string[] =>
  [...new Set(testFiles.map((file) => file.split('/')[1] ?? ''))].filter(
    (stage) => !results.some((result) => result.stage === stage),
  );
