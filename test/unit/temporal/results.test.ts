import { expect, test } from 'vitest';
import { skippedByReason, summary } from '../../support/results.ts';
import type { TestResult } from '../../support/results.ts';

const result = (title: string, outcome: TestResult['outcome'], reason?: string): TestResult => ({
  stage: 'unit',
  file: 'a.test.ts',
  title,
  outcome,
  ...(reason ? { reason } : {}),
});
const results = [
  result('a', 'passed'),
  result('b', 'skipped', 'no Java'),
  result('c', 'failed'),
  result('d', 'skipped'),
];

test('counts results in the last line', () => {
  expect(summary(results)).toBe('1 passed, 1 failed, 2 skipped');
});

test('lists skipped tests under their reason', () => {
  expect(skippedByReason(results)).toEqual([
    'skipped: no Java',
    '  a.test.ts: b',
    'skipped: no reason given',
    '  a.test.ts: d',
  ]);
});
