import { describe, expect, it } from 'vitest';
import { GatheredEvents } from '../../../../activities/cloudtrail/gathered.ts';
import { aTrailEvent } from '../../../support/builders.ts';

const minute = (n: number): string => new Date(Date.UTC(2026, 2, 2, 0, n)).toISOString();
const read = (n: number) => aTrailEvent({ eventId: `read${n}`, time: minute(n) });

describe('what is kept of many events', () => {
  it('keeps the one change among thousands of later reads, and counts all', () => {
    const gathered = new GatheredEvents(10);
    gathered.add(aTrailEvent({ eventId: 'key', time: minute(0), eventName: 'CreateAccessKey', readOnly: false }));
    for (let n = 1; n <= 2_000; n++) gathered.add(read(n));
    for (let n = 1; n <= 2_000; n++) gathered.add(read(n));
    const { events, total, changesLeftOut, countByName, summary } = gathered.facts();
    expect(events.map(({ eventId }) => eventId)).toEqual([
      ...Array.from({ length: 9 }, (_, n) => `read${2_000 - n}`),
      'key',
    ]);
    expect({ total, changesLeftOut, countByName }).toEqual({
      total: 2_001,
      changesLeftOut: 0,
      countByName: { DescribeInstances: 2_000, CreateAccessKey: 1 },
    });
    expect([summary.reads, summary.writes]).toEqual([2_000, 1]);
  });

  it('keeps the user that somebody made, however many refused calls, tags and sessions come after', () => {
    const gathered = new GatheredEvents(10);
    const change = (n: number, more: object) => ({ ...read(n), readOnly: false, ...more });
    gathered.add(change(0, { eventId: 'user', wayIn: { kind: 'user', name: 'spare' } }));
    gathered.add(change(1, { eventId: 'share', copies: [{ kind: 'image', id: 'ami-1', sharedWith: ['all'] }] }));
    gathered.add(change(2, { eventId: 'grant', permission: { effect: 'unknown' } }));
    for (let n = 10; n < 200; n++) gathered.add(change(n, { errorCode: 'AccessDenied' }));
    for (let n = 200; n < 400; n++) gathered.add(change(n, { eventName: 'CreateTags' }));
    for (let n = 400; n < 407; n++) gathered.add(change(n, { session: { accessKeyId: `ASIA${n}` } }));
    const { events, total, changesLeftOut } = gathered.facts();
    expect(events.map(({ eventId }) => eventId).slice(-3)).toEqual(['grant', 'share', 'user']);
    expect({ total, changesLeftOut }).toEqual({ total: 400, changesLeftOut: 390 });
  });

  it('leaves out a call that is too long, and none besides', () => {
    const gathered = new GatheredEvents(10);
    gathered.add({ ...read(1), eventId: 'user', readOnly: false, wayIn: { kind: 'user', name: 'spare' } });
    gathered.add({ ...read(2), readOnly: false, resources: ['x'.repeat(130_000)] });
    expect(gathered.facts().events.map(({ eventId }) => eventId)).toEqual(['user']);
    expect(gathered.facts().changesLeftOut).toBe(1);
  });

  it('says how many changes it had to leave out', () => {
    const gathered = new GatheredEvents(3);
    for (let n = 0; n < 20; n++) gathered.add({ ...read(n), errorCode: 'AccessDenied' });
    expect(gathered.facts()).toMatchObject({ total: 20, changesLeftOut: 17 });
    expect(gathered.facts().events.map(({ eventId }) => eventId)).toEqual(['read19', 'read18', 'read17']);
  });

  it('keeps no more than a payload holds, however long the policies are that were written', () => {
    const gathered = new GatheredEvents(200);
    const Statement = [{ Sid: 'x'.repeat(8_000), Effect: 'Allow' }];
    for (let n = 0; n < 200; n++) gathered.add({ ...read(n), readOnly: false, trust: { Statement } });
    const { events, changesLeftOut } = gathered.facts();
    expect(JSON.stringify(events).length).toBeLessThan(120_000);
    expect(events[0]?.eventId).toBe('read199');
    expect(events.length + changesLeftOut).toBe(200);
    expect(events.length).toBeGreaterThan(10);
  });

  it('bounds the names that somebody tries', () => {
    const gathered = new GatheredEvents(0);
    for (let n = 0; n < 3_000; n++) gathered.add({ ...read(n), eventName: `Call${n}` });
    expect(Object.keys(gathered.facts().countByName)).toHaveLength(1_000);
    expect(gathered.facts().events).toEqual([]);
  });
});
