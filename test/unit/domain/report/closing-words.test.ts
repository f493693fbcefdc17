import { expect, it } from 'vitest';
import { closingWords } from '../../../../src/domain/report/closing-words.ts';
import { reviewTasks } from '../../../../src/domain/report/review-tasks.ts';
import { aReport } from '../../audit/a-report.ts';

const ref = (uri: string) => ({ uri, sha256: 'abc', size: 1 });

it('the last line of an incident says where its report is, and how much is left to people', () => {
  const stored = { json: ref('s3://evidence/report.json'), html: ref('s3://evidence/report.html') };
  const report = aReport({ stored });
  const tasks = reviewTasks(report).length;
  expect(tasks).toBeGreaterThan(1);
  expect(closingWords(report)).toBe(
    `the report is at s3://evidence/report.html; ${tasks} tasks of its review are left to people`,
  );
  expect(closingWords(aReport({ stored: {} }))).toMatch(/^the report is stored; /);
});
