import { describe, expect, it } from 'vitest';
import { figure, figureTable, type Bench } from '../../../bench/figure.ts';
import { onTheLine } from '../../../bench/growth.ts';
import { benchPage } from '../../../bench/page.ts';
import { ofGoal } from '../../../bench/plot-goals.ts';

const kept = figure('incidents', { value: 9, unit: '/s', limit: 10, goal: { atLeast: 0.85 } });
const missed = figure('memory <b>', { value: 30, unit: 'MiB', limit: 10, goal: { atMost: 1.3 } });
const bench: Bench = {
  machine: { cores: 2, model: 'some <model>', memoryGiB: 24, node: 'v24' },
  figures: [kept, missed],
  notes: ['a note'],
  series: [
    {
      name: 'events',
      unit: 'events',
      points: [
        { at: 1, value: 100 },
        { at: 4, value: 120 },
        { at: 16, value: 200 },
      ],
    },
  ],
};

describe('a figure', () => {
  it('is ok while its ratio keeps to its goal, whichever way the goal goes', () => {
    expect([kept.ok, missed.ok]).toEqual([true, false]);
    expect(ofGoal(kept)).toBeCloseTo(0.85 / 0.9);
    expect(ofGoal(missed)).toBeCloseTo(3 / 1.3);
    expect(figureTable([missed])).toContain('3.00   ≤ 1.3  missed');
  });
});

describe('growth', () => {
  it('is linear on the line through once and four times as much', () => {
    expect(onTheLine({ 1: 10, 4: 40, 16: 0 })).toBe(160);
    expect(onTheLine({ 1: 100, 4: 106, 16: 0 })).toBe(130);
  });
});

describe("the bench's page", () => {
  it('holds every figure and plot, runs nothing, loads nothing, and escapes what it was given', () => {
    const page = benchPage(bench);
    expect(page).toContain('2 figures, 1 of them miss their goal');
    expect(page).toContain('Beyond the line: memory &lt;b&gt;');
    expect(page).toContain('events: 100 events at 1×, 120 events at 4×, 200 events at 16×');
    expect(page).toContain('some &lt;model&gt;');
    expect(page).toContain('a note');
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page).not.toMatch(/<script|<link|<img|<b>| (src|href|on\w+|style)=|url\(/);
    expect(page).not.toContain('NaN');
  });
});
