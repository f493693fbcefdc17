import { describe, expect, it } from 'vitest';
import { lanesOf, ticksOf } from '../../../src/audit/render/timeline-lanes.ts';
import { drawing } from '../../../src/audit/render/timeline-svg.ts';
import { pauseScale } from '../../../src/audit/render/timeline-scale.ts';
import { renderHtml } from '../../../src/audit/render/html.ts';
import { aFailedAlert, times } from '../../support/builders.ts';
import { anAction, aReport } from './a-report.ts';

const at = (time: string): number => Date.parse(time);
const lane = (report: ReturnType<typeof aReport>, title: string) =>
  lanesOf(report).find((candidate) => candidate.title === title);

describe('the scale of the timeline', () => {
  const hour = 3_600_000;

  it('keeps the order, begins and ends at its edges, and gives no two moments one place', () => {
    const moments = [0, 1, 300, 1_000, hour, 24 * hour, 168 * hour];
    const scale = pauseScale(moments.toReversed(), 10, 110);
    const places = moments.map(scale);
    expect(places[0]).toBe(10);
    expect(places.at(-1)).toBeCloseTo(110);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(new Set(places).size).toBe(places.length);
  });

  it('gives a pause of days more room than one of seconds, but not all of it', () => {
    const scale = pauseScale([0, 10_000, 7 * 24 * hour], 0, 100);
    expect(scale(10_000)).toBeGreaterThan(10);
    expect(scale(10_000)).toBeLessThan(50);
  });

  it('of a single moment is that moment', () => {
    expect(pauseScale([5], 10, 110)(5)).toBe(10);
  });
});

describe('the lanes of the timeline', () => {
  const metrics = { ...aReport().metrics, exposure: 1_200 };

  it('show how long the image could be read, until its reads were denied', () => {
    const [bar] = lane(aReport({ metrics }), 'Image could be read')?.bars ?? [];
    expect(bar).toEqual({ from: at(times.now) - 1_200_000, to: at(times.now), label: '20 min' });
  });

  it('leave the exposure open where no denial is on record, and have none of an attempt', () => {
    const open = aReport({ metrics: { ...metrics, exposure: null } });
    expect(lane(open, 'Image could be read')?.bars).toMatchObject([{ to: null }]);
    const failed = [anAction({ status: 'failed' })];
    expect(lane(aReport({ metrics, actions: failed }), 'Image could be read')?.bars).toMatchObject([{ to: null }]);
    expect(lane(aReport({ alert: aFailedAlert() }), 'Image could be read')).toBeUndefined();
  });

  it('tell decisions that counted from those that did not, and actions that took effect from others', () => {
    expect(lane(aReport(), 'Asked and decided')?.marks.map(({ shape }) => shape)).toEqual(['diamond', 'empty-diamond']);
    const actions = [anAction(), anAction({ status: 'changed' }), anAction({ id: 'undo/deny-export-reads' })];
    expect(lane(aReport({ actions }), 'Actions')?.marks.map(({ shape }) => shape)).toEqual(['dot', 'ring', 'square']);
  });

  it('mark drift, and leave out what is no time', () => {
    const rechecks = [...aReport().rechecks, { at: 'never', result: 'holds' as const, drifted: [] }];
    expect(lane(aReport({ rechecks }), 'Rechecks')?.marks.map(({ shape }) => shape)).toEqual(['cross']);
  });
});

describe('the drawing', () => {
  it('names the export, the containment and the end on its axis', () => {
    expect(ticksOf(aReport()).map(({ label }) => label)).toEqual(
      expect.arrayContaining(['export', 'acted', 'closed', 'recheck']),
    );
    const page = renderHtml(aReport());
    expect(page).toMatch(/<text class="tick"[^>]*>export<\/text><text class="clock"[^>]*>10:00:00<\/text>/);
  });

  it('has a title and a description for those who do not see it', () => {
    const page = renderHtml(aReport());
    expect(page).toContain('<title id="timeline-wide-title">Timeline of the incident</title>');
    expect(page).toMatch(/<desc id="timeline-wide-text">triage; 0 requests, 2 decisions, 1 action\./);
  });

  it('writes the name of a request where its decision does not lie on it, or leaves it out', () => {
    const bars = [0, 3000, 9000].map((from, index) => ({ from, to: from + 1000, label: `request ${index}` }));
    const marks = bars.map(({ to }) => ({ at: to, shape: 'diamond' as const, label: 'approve' }));
    let written = 0;
    for (let width = 60; width < 700; width += 5) {
      const drawn = drawing([{ title: 'Asked', tone: 'warn', bars, marks }], [], width, 'x', 'x').text;
      for (const [, x, wide, middle, name] of drawn.matchAll(
        /<rect x="([\d.]+)" y="\d+" width="([\d.]+)"[^>]*>\s*<text x="([\d.]+)"[^>]*>([^<]+)</g,
      )) {
        written += 1;
        expect(Number(middle) + ((name ?? '').length * 6) / 2).toBeLessThan(Number(x) + Number(wide) - 6);
      }
    }
    expect(written).toBeGreaterThan(50);
  });

  it('says no number that is none', () => {
    expect(renderHtml(aReport({ phases: [], actions: [], rechecks: [], decisions: [] }))).not.toMatch(/NaN|Infinity/);
  });
});
