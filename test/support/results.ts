import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface TestResult {
  /** Which part of `npm test` it belongs to: a vitest project, `check` or `coverage`. */
  stage: string;
  /** Path from the repository's root; empty for checks. */
  file: string;
  /** Full title: `describe > test`. */
  title: string;
  outcome: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped, where the test says so. */
  reason?: string;
}

/** The results of the run at hand, for `test/coverage-check.ts`: written anew by each `npm test`. */
export const resultsPath = fileURLToPath(new URL('../../node_modules/.soar/test-results.json', import.meta.url));

export const readResults = (path = resultsPath): TestResult[] => JSON.parse(readFileSync(path, 'utf8')) as TestResult[];

export function writeResults(results: TestResult[], path = resultsPath): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(results, null, 1));
}

/** The last line of `npm test`. */
export function summary(results: TestResult[]): string {
  const count = (outcome: TestResult['outcome']) => results.filter((result) => result.outcome === outcome).length;
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
}

/** Skipped tests grouped by reason, for people: what did not run and what to install. */
export function skippedByReason(results: TestResult[]): string[] {
  const groups = Map.groupBy(
    results.filter(({ outcome }) => outcome === 'skipped'),
    ({ reason }) => reason ?? 'no reason given',
  );
  return [...groups].flatMap(([reason, group]) => [
    `skipped: ${reason}`,
    ...group.map(({ file, title }) => `  ${file}: ${title}`),
  ]);
}
