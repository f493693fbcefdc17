import { describe, expect, it } from 'vitest';
import { trailEvents } from '../../../../activities/detection/trail-events.ts';
import { detectionRules } from '../../../../src/detection/rules.ts';
import { meansEvent } from '../../../../src/detection/take-hit.ts';
import type { DetectionQuestion } from '../../../../src/domain/alert/detection.ts';
import { fixture } from '../../../support/fixtures.ts';
import { awsDouble, place, throwing } from '../aws-double.ts';

const rule = (id: string) => detectionRules().find((one) => one.id === id)!;
const question: DetectionQuestion = {
  from: '2026-03-02T09:00:00.000Z',
  to: '2026-03-02T11:00:00.000Z',
  behind: {},
  seen: [],
  limit: 100,
};
const refused = fixture('cloudtrail/create-instance-export-task-failure');
const done = fixture('cloudtrail/create-instance-export-task-success');
const event = (EventId: string, minutes: number, record: object | string = refused) => ({
  EventId,
  EventTime: new Date(Date.UTC(2026, 2, 2, 10, minutes)),
  CloudTrailEvent: typeof record === 'string' ? record : JSON.stringify({ ...record, eventID: EventId }),
});
const turns: string[] = [];
const limiter = {
  turn: (key: string) => {
    turns.push(key);
    return Promise.resolve();
  },
};
type Lookup = (input: Record<string, unknown>) => unknown;
const source = (LookupEvents: Lookup, places = [place], mostPages = 200) =>
  trailEvents({
    clients: awsDouble({ LookupEvents }).clients,
    places,
    concerns: ({ condition }, document) => meansEvent(condition, document),
    limiter,
    mostPages,
  });
const paged =
  (...pages: object[][]): Lookup =>
  ({ NextToken = '0' }) => {
    const index = Number(NextToken);
    return { Events: pages[index], ...(index + 1 < pages.length ? { NextToken: String(index + 1) } : {}) };
  };

describe('events of CloudTrail', () => {
  it('are those of the rule’s outcome, earliest first, each once and none that was seen', async () => {
    const lookup = paged(
      [event('c', 30), event('b', 20), event('ok', 15, done)],
      [event('b', 20), event('a', 10), event('seen', 5)],
    );
    const found = await source(lookup)(rule('vm-export-failure'), { ...question, seen: ['seen'] });
    expect(found.hits.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(found).toMatchObject({ searched: ['111111111111/eu-west-1'], remaining: 0, gaps: [] });
    expect((await source(lookup)(rule('export-task'), question)).hits.map(({ id }) => id)).toEqual(['ok']);
  });

  it('are asked for by each call of the rule, in turns of its account and Region', async () => {
    turns.splice(0);
    const names: unknown[] = [];
    const lookup: Lookup = ({ LookupAttributes }) => {
      names.push(LookupAttributes);
      return { Events: [] };
    };
    await source(lookup, [place, { ...place, region: 'us-east-1' }])(rule('image-export-failure'), question);
    expect(names).toHaveLength(4);
    expect(names).toContainEqual([{ AttributeKey: 'EventName', AttributeValue: 'CreateStoreImageTask' }]);
    expect(turns.filter((turn) => turn === '111111111111/us-east-1')).toHaveLength(2);
  });

  it('beyond the limit are counted, and those outside the window are not there', async () => {
    const events = Array.from({ length: 5 }, (_, index) => event(`e${index}`, index));
    const outside = [event('before', -61), event('at-the-end', 60)];
    const found = await source(paged([...events, ...outside].reverse()))(rule('vm-export-failure'), {
      ...question,
      limit: 3,
    });
    expect(found.hits.map(({ id }) => id)).toEqual(['e0', 'e1', 'e2']);
    expect(found.remaining).toBe(2);
  });

  it('that cannot be read are hits all the same', async () => {
    const found = await source(paged([event('odd', 1, 'no JSON')]))(rule('vm-export-failure'), question);
    expect(found.hits.map(({ id }) => id)).toEqual(['odd']);
  });
});

describe('an account that refuses', () => {
  const there = { accountId: '222222222222', region: 'eu-west-1' };

  it('is a gap, to be searched from the same moment once it answers', async () => {
    const clients = awsDouble({ LookupEvents: paged([event('a', 1)]) }).clients;
    const denied = awsDouble({ LookupEvents: throwing('AccessDeniedException', 400) }).clients;
    const found = await trailEvents({
      clients: { ...clients, cloudtrail: (at) => (at.accountId === place.accountId ? clients : denied).cloudtrail(at) },
      places: [place, there],
      concerns: () => true,
      limiter,
    })(rule('vm-export-failure'), question);
    expect(found.hits.map(({ id }) => id)).toEqual(['a']);
    expect(found.searched).toEqual(['111111111111/eu-west-1']);
    expect(found.gaps).toEqual([
      {
        where: '222222222222/eu-west-1',
        why: expect.stringMatching(/^AwsAccessDenied: looking up CreateInstanceExportTask/) as string,
        since: question.from,
      },
    ]);
  });

  it('is searched from when it was last, when it answers again', async () => {
    const since = '2026-03-02T02:00:00.000Z';
    let from: unknown;
    const lookup: Lookup = ({ StartTime }) => {
      from = StartTime;
      return { Events: [event('early', -400)] };
    };
    const behind = { '111111111111/eu-west-1': since };
    const found = await source(lookup)(rule('vm-export-failure'), { ...question, behind });
    expect(from).toEqual(new Date(since));
    expect(found.hits.map(({ id }) => id)).toEqual(['early']);
  });

  it('for a moment only is asked again by the next attempt', async () => {
    const busy = source(throwing('ThrottlingException', 400))(rule('vm-export-failure'), question);
    await expect(busy).rejects.toMatchObject({ type: 'AwsThrottled' });
  });

  it('has more than can be read at once: it is said, with what to do', async () => {
    const endless: Lookup = () => ({ Events: [event('a', 1)], NextToken: '0' });
    const found = await source(endless, [place], 3)(rule('vm-export-failure'), question);
    expect(found.gaps[0]?.why).toMatch(/more than 3 pages; search in parts: soar detection run --from/);
  });
});
