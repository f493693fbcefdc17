import { describe, expect, it } from 'vitest';
import { GatheredEvents } from '../../../../activities/cloudtrail/gathered.ts';
import { activityFindings } from '../../../../src/domain/findings/actor-findings.ts';
import { mergedTrails } from '../../../../src/domain/findings/merged-trails.ts';
import { askable, isWithin, slotOf, unvouched } from '../../../../src/domain/findings/search-coverage.ts';
import { trailOf } from '../../../../src/domain/findings/searched-trail.ts';
import { aCaseFile, aTrail, aTrailEvent } from '../../../support/builders.ts';
import type { TrailEvent, TrailFacts } from '../../../../src/domain/findings/trail-facts.ts';

const hour = 3_600_000;
const start = Date.parse('2026-03-02T00:00:00Z');
const at = (hours: number): string => new Date(start + hours * hour).toISOString();
const slots = (...hours: number[]): number[] => hours.map((one) => start + one * hour);
const window = { from: at(0), to: at(10), regions: ['eu-west-1'] };
const recorded = (hours: number[], newest: string) => ({
  slot: hour,
  regions: { 'eu-west-1': { slots: slots(...hours), newest } },
});

function read(events: Partial<TrailEvent>[], keep = 10): TrailFacts {
  const gathered = new GatheredEvents(keep);
  for (const event of events) gathered.add(aTrailEvent(event));
  return aTrail([], gathered.facts());
}

describe('what a search engine cannot vouch for', () => {
  it('is the last quarter of an hour before its newest event, and what comes after', () => {
    expect(unvouched(window, recorded([0, 1, 2, 3, 4, 5, 6, 7, 8], at(8.5)))).toEqual([
      { region: 'eu-west-1', from: at(8.25), to: at(10 + 1 / 3600) },
    ]);
  });

  it('is time in which it has no event of the Region', () => {
    expect(unvouched(window, recorded([0, 1, 4, 5, 6, 7, 8, 9], at(10)))).toEqual([
      { region: 'eu-west-1', from: at(2), to: at(4) },
      { region: 'eu-west-1', from: at(9.75), to: at(10 + 1 / 3600) },
    ]);
  });

  it('is everything of a Region that it does not have', () => {
    const both = { ...window, regions: ['eu-west-1', 'us-east-1'] };
    const spans = unvouched(both, recorded([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], at(10)));
    expect(spans.filter(({ region }) => region === 'us-east-1')).toEqual([
      { region: 'us-east-1', from: at(0), to: at(10 + 1 / 3600) },
    ]);
  });

  it('is one long stretch where there are many holes', () => {
    const from = { ...window, to: at(20) };
    const odd = Array.from({ length: 10 }, (_, n) => 2 * n);
    expect(unvouched(from, recorded(odd, at(20)))).toEqual([
      { region: 'eu-west-1', from: at(1), to: at(20 + 1 / 3600) },
    ]);
  });

  it('holds the events of its own time and Region alone', () => {
    const spans = [{ region: 'eu-west-1', from: at(2), to: at(4) }];
    const event = (hours: number, region = 'eu-west-1') => isWithin({ region, time: at(hours) }, spans);
    expect([event(2), event(3.9), event(1.9), event(4), event(3, 'us-east-1')]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('is asked of CloudTrail as far as that keeps it, a second before the next stretch begins', () => {
    const spans = [
      { region: 'eu-west-1', from: at(-3000), to: at(-2900) },
      { region: 'eu-west-1', from: at(-2500), to: at(-2000) },
      { region: 'eu-west-1', from: at(2), to: at(4) },
    ];
    const oldest = at(10 - 90 * 24);
    expect(askable(spans, at(10))).toEqual({
      spans: [
        { region: 'eu-west-1', from: oldest, to: at(-2000 - 1 / 3600) },
        { region: 'eu-west-1', from: at(2), to: at(4 - 1 / 3600) },
      ],
      since: oldest,
    });
    expect(askable(spans.slice(2), at(10))).not.toHaveProperty('since');
  });

  it('is looked for by the hour, and in a year by days', () => {
    expect(slotOf(at(0), at(10))).toBe(hour);
    expect(slotOf(at(0), at(365 * 24))).toBeGreaterThan(100 * hour);
  });
});

describe('a trail of a search engine and of CloudTrail', () => {
  const older = read([
    { eventId: 'a', time: at(1) },
    { eventId: 'b', time: at(2), sourceAddress: '203.0.113.9' },
  ]);
  const newer = read([{ eventId: 'c', time: at(9), eventName: 'CreateUser', readOnly: false }]);

  it('is counted as one read of both would be', () => {
    const whole = read([
      { eventId: 'a', time: at(1) },
      { eventId: 'b', time: at(2), sourceAddress: '203.0.113.9' },
      { eventId: 'c', time: at(9), eventName: 'CreateUser', readOnly: false },
    ]);
    expect(mergedTrails(older, newer, 10)).toEqual(whole);
  });

  it('keeps what changes something before mere reads, and counts what it leaves out', () => {
    const changes = read([
      { eventId: 'd', time: at(3), readOnly: false },
      { eventId: 'e', time: at(4), readOnly: false },
    ]);
    const merged = mergedTrails(changes, newer, 2);
    expect(merged.events.map(({ eventId }) => eventId)).toEqual(['c', 'e']);
    expect(merged).toMatchObject({ total: 3, changesLeftOut: 1 });
    expect(mergedTrails(older, newer, 1).events.map(({ eventId }) => eventId)).toEqual(['c']);
  });

  it('names who told it, and until when the engine has events', () => {
    const actorTrail = trailOf({ vouched: older, rest: read([]), recordedUntil: at(8.5), lookedUp: newer }, 10);
    const [found] = activityFindings(aCaseFile({ actorTrail }));
    expect(found).toMatchObject({
      id: 'key-activity',
      answer: 'yes',
      source: `search engine, which has events until ${at(8.5)}, and CloudTrail for the rest`,
    });
    const asked = trailOf({ vouched: older, rest: read([]), recordedUntil: at(8.5) }, 10);
    expect(asked.toldBy).toBe(`search engine, which has events until ${at(8.5)}`);
  });

  it('has what the engine knows where CloudTrail did not answer, and is said to be incomplete', () => {
    const trail = trailOf({ vouched: older, rest: newer, recordedUntil: at(9), since: at(0.5), lookedUp: null }, 10);
    expect(trail).toMatchObject({ total: 3, from: at(0.5), gaps: [{ what: 'CloudTrail' }] });
    const changes = activityFindings(aCaseFile({ actorTrail: { ...trail, events: [] } })).find(
      ({ id }) => id === 'actor-changes',
    );
    expect(changes?.answer).toBe('unknown');
  });
});
