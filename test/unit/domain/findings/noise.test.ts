import { describe, expect, it } from 'vitest';
import { GatheredEvents } from '../../../../activities/cloudtrail/gathered.ts';
import { beyondNoise } from '../../../../src/domain/findings/beyond-noise.ts';
import { isNoise } from '../../../../src/domain/findings/noise.ts';
import { aCaseFile, aTrail, aTrailEvent } from '../../../support/builders.ts';
import type { TrailEvent, TrailFacts } from '../../../../src/domain/findings/trail-facts.ts';

const bell = (changes: Partial<TrailEvent> = {}): TrailEvent =>
  aTrailEvent({ eventName: 'DescribeEventAggregates', eventSource: 'health.amazonaws.com', ...changes });

/** As the activity gathers them. */
function read(events: TrailEvent[], changes: Partial<TrailFacts> = {}): TrailFacts {
  const gathered = new GatheredEvents(2);
  events.forEach((event, n) => gathered.add({ ...event, eventId: `e${n}` }));
  return aTrail([], { ...gathered.facts(), ...changes });
}
const found = (actorTrail: TrailFacts | null, history: TrailFacts | null) =>
  beyondNoise({ ...aCaseFile({ actorTrail }), principal: null, bucketTrail: null, lineage: null, history });

describe('noise', () => {
  it('is what the list names, and nothing that changes, was refused, signs in or hands out a session', () => {
    expect(isNoise(bell())).toBe(true);
    expect(isNoise(bell({ eventSource: 'ec2.amazonaws.com' }))).toBe(false);
    expect(isNoise(bell({ readOnly: false }))).toBe(false);
    expect(isNoise(bell({ errorCode: 'AccessDenied' }))).toBe(false);
    expect(isNoise(bell({ session: { accessKeyId: 'ASIAEXAMPLE' } }))).toBe(false);
    const everything = [{ service: 'signin.amazonaws.com', actions: ['*'] }];
    expect(isNoise(bell({ eventSource: 'signin.amazonaws.com' }), everything)).toBe(false);
  });

  it('of a user agent is none of another', () => {
    const regions = aTrailEvent({ eventName: 'DescribeRegions' });
    expect(isNoise({ ...regions, userAgent: 'console.amazonaws.com' })).toBe(true);
    expect(isNoise({ ...regions, userAgent: 'aws-cli/2.15' })).toBe(false);
    expect(isNoise(regions)).toBe(false);
  });

  it('is left out and counted, however many calls there are', () => {
    const events = [...Array.from({ length: 300 }, () => bell()), aTrailEvent({ eventName: 'ListUsers' })];
    expect(found(read(events), read([bell()]))).toMatchObject({
      answer: 'yes',
      sources: ['S72'],
      detail: '1 of 301 calls: ListUsers (1); left out as noise: 300 call(s), DescribeEventAggregates (300)',
    });
    expect(found(read([bell()]), read([bell()]))).toMatchObject({
      answer: 'no',
      detail: 'nothing else; left out as noise: 1 call(s), DescribeEventAggregates (1)',
    });
  });

  it('is none where the actor was never seen to do it, or nobody read what it did before', () => {
    const [never, unread] = [found(read([bell()]), read([])), found(read([bell()]), null)];
    expect(never.answer).toBe('yes');
    expect(never.detail).toMatch(
      /^1 of 1 calls: .*; on the list of noise, but not seen of this actor before: Describe/,
    );
    expect(unread.answer).toBe('yes');
    expect(unread.detail).toMatch(/but what the actor did before was not read: DescribeEventAggregates \(1\)$/);
  });

  it('of one service hides no call of the same name of another', () => {
    const events = [bell(), bell({ eventSource: 'other.amazonaws.com' })];
    expect(found(read(events), read([bell()])).detail).toMatch(
      /^1 of 2 calls: DescribeEventAggregates \(1\); left out/,
    );
  });

  it('is no answer where the trail was not read, or not to its end', () => {
    expect(found(null, null).answer).toBe('unknown');
    expect(found(read([bell()], { truncated: true }), read([bell()])).answer).toBe('unknown');
    const half = found(read([bell({ readOnly: false })], { truncated: true }), read([bell()]));
    expect(half).toMatchObject({
      answer: 'yes',
      detail: expect.stringMatching(/incomplete: the trail was not/) as unknown,
    });
  });
});
