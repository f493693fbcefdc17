/**
 * The last part of `npm test`: docs/coverage.md against the files and the tests that passed in this run. Prints `ok <title>` or
 * `not ok <title>` per check. Reads the results of the last run, or those in the file that is named.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { coverageProblems, coverageRows, expectedIds, stagesWithout } from './support/coverage.ts';
import { readResults } from './support/results.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const read = (path: string) => readFileSync(path, 'utf8');

function check(title: string, problems: string[]): void {
  if (problems.length === 0) return console.log(`ok ${title}`);
  console.log(`not ok ${title}: ${problems.join('; ')}`);
  process.exitCode = 1;
}

const results = readResults(process.argv[2]);
const stagesNotRun = stagesWithout(results, globSync('test/*/**/*.test.ts'));
if (stagesNotRun.length > 0) console.log(`# not run, so not held against the table: ${stagesNotRun.join(', ')}`);

const coverage = read('docs/coverage.md');
const problems = Map.groupBy(coverageProblems(coverage, results, existsSync, stagesNotRun), ({ id }) => id);
const what = new Map(coverageRows(coverage).map((row) => [row.id, row.what]));
for (const id of expectedIds) {
  check(
    `${id} ${what.get(id) ?? ''}`.trim(),
    (problems.get(id) ?? []).map(({ problem }) => problem),
  );
}
