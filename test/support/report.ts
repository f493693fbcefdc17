import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { writeResults } from './results.ts';
import type { TestResult } from './results.ts';

/** A vitest reporter that writes each test's outcome to the file named by SOAR_TEST_REPORT. */
export default class Report implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message: string }[]): void {
    const path = process.env['SOAR_TEST_REPORT'];
    if (!path) return;
    writeResults([...modules.flatMap(ofModule), ...unhandled.map(ofUnhandled)], path);
  }
}

function ofModule(module: TestModule): TestResult[] {
  const place = { stage: module.project.name, file: relative(process.cwd(), module.moduleId) };
  // A file that does not load, or a hook that fails: its tests count as not run, so the failure must be counted itself.
  const broken = [module, ...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
  const tests = [...module.children.allTests()].map((test) => ({
    ...place,
    title: test.fullName,
    ...outcomeOf(test, broken.length > 0),
  }));
  const failures = broken.map((suite) => ({
    ...place,
    title: `${suite.type === 'suite' ? suite.fullName : 'file'} (set-up)`,
    outcome: 'failed' as const,
  }));
  return [...tests, ...failures];
}

function outcomeOf(test: TestCase, fileBroken: boolean): Pick<TestResult, 'outcome' | 'reason'> {
  const result = test.result();
  if (result.state === 'passed' || result.state === 'failed') return { outcome: result.state };
  const note = result.state === 'skipped' ? result.note : 'the run ended before it';
  const reason = note ?? (fileBroken ? 'the set-up of its file failed' : undefined);
  return { outcome: 'skipped', ...(reason === undefined ? {} : { reason }) };
}

const ofUnhandled = ({ message }: { message: string }): TestResult => ({
  stage: 'check',
  file: '',
  title: `no error outside a test: ${message}`,
  outcome: 'failed',
});
