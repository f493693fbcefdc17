import { describe, expect, test } from 'vitest';
import { ConfigInvalid, type ConfigProblem } from '../../../src/config/config-invalid.ts';
import { parseConfig } from '../../../src/config/load-config.ts';

function problemsOfText(text: string): ConfigProblem[] {
  try {
    parseConfig(text, 'soar.yaml');
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems;
    throw error;
  }
  return [];
}

describe('a text that is not YAML', () => {
  test.each([
    [
      'a line that is indented less than its list',
      'a:\n  - b: 1\n   c: 2\nd: 1\n',
      3,
      /indentation of this line does not fit/,
    ],
    ['a line that is indented less than its section', 'a:\n  b: 1\nc: 2\n  d: 3\ne: 4\n', 3, /indented wrongly/],
    ['a tab', 'a:\n  b: 1\n\tc: 2\n', 3, /tab stands where spaces/],
    ['a bracket that is not closed', "a: ['b'\nc: 1\nd: 2\n", 2, /bracket or quote above it is not closed/],
    ['a colon without its space', 'a:1\nb: 2\n', 1, /colon lacks its space/],
    ['a quote too many', "a: 'b's\n", 1, /too much/],
  ])('is told in words and once: %s', (_, text, line, words) => {
    const problems = problemsOfText(text);
    expect(problems).toEqual([{ path: '', line, message: expect.stringMatching(words) as string }]);
    expect(problems[0]?.message).toMatch(/the rest is checked once this is right$/);
  });

  test('is never quoted, for a secret may stand there', () => {
    for (const text of [
      'a: "s3cret\nb: 1',
      'a: *s3cret s3cret',
      'a: s3cret: s3cret',
      's3cret: 1\ns3cret: 2',
      'a: @s3cret',
    ]) {
      expect(JSON.stringify(problemsOfText(text))).not.toContain('s3cret');
    }
  });

  test('has every setting that stands twice told', () => {
    expect(problemsOfText('a: 1\na: 2\nb: 1\nb: 2\n').map(({ line }) => line)).toEqual([2, 4]);
  });
});
