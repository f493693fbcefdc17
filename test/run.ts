/**
 * `npm test`: everything that a change must pass. `npm test -- unit lab` runs parts of it.
 * The last line counts the results of all parts: `N passed, N failed, N skipped`.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { elapsed } from '../src/temporal/run-command.ts';
import { prepareTools } from './support/prepare.ts';
import { readResults, resultsPath, skippedByReason, summary, writeResults } from './support/results.ts';
import type { TestResult } from './support/results.ts';

const checks = {
  typecheck: ['node_modules/typescript/bin/tsc', '--noEmit'],
  lint: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  format: ['node_modules/prettier/bin/prettier.cjs', '--check', '.'],
} as const;
const projects = ['unit', 'workflows', 'replay', 'lab', 'e2e'] as const;
const stages = [...(Object.keys(checks) as (keyof typeof checks)[]), ...projects, 'coverage'] as const;
type Stage = (typeof stages)[number];

const started = Date.now();
const say = (line: string) => console.log(`[${elapsed(started)}] ${line}`);

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(stages as readonly string[]).includes(name));
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}; parts are ${stages.join(', ')}`);
  process.exit(2);
}
const runs = (stage: Stage) => wanted.length === 0 || wanted.includes(stage);

rmSync(resultsPath, { force: true });
await prepareTools(stages.filter(runs), say);

// Checks and unit tests share the two cores; what starts servers then has them to itself.
const results = (await Promise.all([runChecks(), runVitest(['unit'])])).flat();
results.push(...(await runVitest(['workflows', 'replay', 'lab', 'e2e'])));
writeResults(results);
results.push(...(await runCoverageCheck()));
writeResults(results);

for (const { stage, file, title } of results.filter(({ outcome }) => outcome === 'failed')) {
  console.log(`failed: ${[stage, file, title].filter(Boolean).join(' ')}`);
}
for (const line of skippedByReason(results)) console.log(line);
say('done');
const failed = results.some(({ outcome }) => outcome === 'failed');
console.log(summary(results));
process.exitCode = failed ? 1 : 0;

/** Typecheck, lint and formatting: one result each, their output only when they fail. */
async function runChecks(): Promise<TestResult[]> {
  const results: TestResult[] = [];
  for (const [name, command] of Object.entries(checks)) {
    if (!runs(name as Stage)) continue;
    const { ok, output } = await run([...command]);
    say(`${name} ${ok ? 'passed' : `failed:\n${output}`}`);
    results.push({ stage: 'check', file: '', title: name, outcome: ok ? 'passed' : 'failed' });
  }
  return results;
}

async function runVitest(names: (typeof projects)[number][]): Promise<TestResult[]> {
  const selected = names.filter(runs);
  if (selected.length === 0) return [];
  const report = join(resultsPath, `../${selected.join('-')}.json`);
  rmSync(report, { force: true });
  const code = await new Promise<number | null>((resolve) => {
    const args = ['run', ...selected.flatMap((name) => ['--project', name])];
    spawn(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', ...args, '--reporter=default', '--reporter=./test/support/report.ts'],
      { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, SOAR_TEST_REPORT: report } },
    ).once('exit', resolve);
  });
  const results = existsSync(report) ? readResults(report) : [];
  // The runner itself broke down: that is a failure, whatever the tests say.
  if (code !== 0 && !results.some(({ outcome }) => outcome === 'failed')) {
    results.push({
      stage: 'check',
      file: '',
      title: `vitest ${selected.join(', ')}: exit code ${String(code)}`,
      outcome: 'failed',
    });
  }
  return results;
}

/**
 * Compares what the documents promise with the tests that passed in this run, which it reads from `resultsPath`. It prints
 * one line per check, `ok <title>` or `not ok <title>`. Part of a run proves nothing about the whole, so it needs all parts.
 */
async function runCoverageCheck(): Promise<TestResult[]> {
  const script = 'test/coverage-check.ts';
  if (!runs('coverage') || !existsSync(script)) return [];
  const { ok, output } = await run([script]);
  const lines = [...output.matchAll(/^(not )?ok (?:\d+ )?(?:- )?(.+)$/gm)];
  const results: TestResult[] = lines.map(([, not, title = '']) => ({
    stage: 'coverage',
    file: script,
    title,
    outcome: not ? 'failed' : 'passed',
  }));
  if (!ok && !results.some(({ outcome }) => outcome === 'failed')) {
    results.push({ stage: 'coverage', file: script, title: 'ran to its end', outcome: 'failed' });
  }
  say(`coverage ${ok ? 'passed' : `failed:\n${output}`}`);
  return results;
}

function run(args: string[]): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
      resolve({ ok: error === null, output: stdout + stderr }),
    );
  });
}
