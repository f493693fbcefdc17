import { describe, expect, it } from 'vitest';
import { compare, score, type Observed } from '../../../eval/compare.ts';
import type { Expected } from '../../../eval/expected.ts';

const expected: Expected = {
  name: 'a-scene',
  severity: 'high',
  verdict: 'unauthorised-export',
  answers: [
    { id: 'downloaded', answer: 'yes', holds: ['{reader}', '3 bytes'] },
    { id: 'concealment', answer: 'no', holds: [] },
  ],
};
const observed: Observed = {
  severity: 'high',
  verdict: 'unauthorised-export',
  findings: [
    { id: 'downloaded', answer: 'yes', detail: 'account 333333333333 read 3 bytes' },
    { id: 'concealment', answer: 'no', detail: 'none' },
    { id: 'actor', answer: 'yes', detail: 'describes, and is no signal' },
  ],
};
const names = { reader: '333333333333' };
const withFinding = (id: string, answer: 'yes' | 'no' | 'unknown', detail = 'text'): Observed => ({
  ...observed,
  findings: [...observed.findings.filter((finding) => finding.id !== id), { id, answer, detail }],
});

describe('an evaluated scene', () => {
  it('is found whole when severity, verdict and every answer with its text are there', () => {
    const what = [
      'severity: high',
      'verdict: unauthorised-export',
      'downloaded: yes with 333333333333, 3 bytes',
      'concealment: no',
    ];
    expect(compare(expected, names, observed)).toEqual({
      name: 'a-scene',
      expected: what,
      found: what,
      missed: [],
      invented: [],
    });
  });

  it('misses an answer whose detail names somebody else, and one that is unknown or not there', () => {
    const { missed, invented } = compare(
      expected,
      names,
      withFinding('downloaded', 'yes', 'account 444444444444 read 3 bytes'),
    );
    expect(missed).toEqual([
      'downloaded: yes with 333333333333, 3 bytes; it is downloaded: yes, account 444444444444 read 3 bytes',
    ]);
    expect(invented).toEqual([]);
    expect(compare(expected, names, withFinding('concealment', 'unknown')).missed).toEqual([
      'concealment: no; it is concealment: unknown, text',
    ]);
    expect(compare(expected, names, { ...observed, findings: [] }).missed).toHaveLength(2);
  });

  it('misses another severity and another verdict', () => {
    const { missed } = compare(expected, names, { ...observed, severity: 'low', verdict: null });
    expect(missed).toEqual(['severity: high; it is low', 'verdict: unauthorised-export; it is not assessed']);
  });

  it('names a signal that fires unexpectedly as invented, and what describes or is quiet not', () => {
    expect(compare(expected, names, withFinding('tags-changed', 'yes')).invented).toEqual(['tags-changed: yes, text']);
    expect(compare(expected, names, withFinding('tags-changed', 'no')).invented).toEqual([]);
    expect(compare(expected, names, withFinding('export-task', 'yes')).invented).toEqual([]);
    const hidden = compare(expected, names, withFinding('concealment', 'yes'));
    expect([hidden.missed.length, hidden.invented.length]).toEqual([1, 1]);
  });

  it('has to say what the expected text names', () => {
    expect(() => compare(expected, {}, observed)).toThrow('the scene does not say what {reader} is');
    expect(() => compare(expected, { reader: '' }, observed)).toThrow('{reader}');
  });
});

describe('the score of an evaluation', () => {
  it('counts over all scenes: precision falls with what was invented, recall with what was missed', () => {
    const scene = { name: 'a', expected: [], found: ['f', 'g', 'h'], missed: ['m'], invented: [] };
    expect(score([scene, { ...scene, found: [], missed: ['m'], invented: ['i'] }])).toEqual({
      precision: 3 / 4,
      recall: 3 / 5,
    });
    expect(score([])).toEqual({ precision: 1, recall: 1 });
  });
});
