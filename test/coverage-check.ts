/**
 * The last part of `npm test`: docs/coverage.md against the files and the tests that passed in this run, and the documents'
 * links and commands against what is there. Prints `ok <title>` or `not ok <title>` per check. Reads the results of the last
 * run, or those in the file that is named.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildProgram } from '../src/cli/program.ts';
import { coverageProblems, coverageRows, expectedIds, stagesWithout } from './support/coverage.ts';
import { brokenLinks, npmScripts, soarCommands, unknownCommands } from './support/documents.ts';
import { readResults } from './support/results.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const read = (path: string) => readFileSync(path, 'utf8');
const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...globSync('docs/**/*.md').sort(),
];

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

check(
  'the documents are there, and their links lead somewhere',
  documents.flatMap((path) =>
    existsSync(path)
      ? brokenLinks(path, read(path), existsSync, read).map((link) => `${path}: ${link}`)
      : [`${path} is missing`],
  ),
);

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
check(
  'the commands that the documents name exist',
  documents
    .filter((path) => existsSync(path))
    .flatMap((path) => {
      const text = read(path);
      const unknown = npmScripts(text).filter((name) => !npmKnows.includes(name));
      return [...unknown.map((name) => `npm ${name}`), ...unknownCommands(soarCommands(text), program)].map(
        (command) => `${path}: ${command}`,
      );
    }),
);
