import { describe, expect, it } from 'vitest';
import { detectActivities, type TakeHit } from '../../../../activities/detection/detect.ts';
import type { Found } from '../../../../activities/detection/source.ts';
import { detectionRules } from '../../../../src/detection/rules.ts';

const hit = (id: string) => ({ id, at: '2026-03-02T10:00:00.000Z', document: { id } });
const question = { from: '', to: '', behind: {}, seen: [], limit: 100 };
const detect = (take: TakeHit, ids: string[], found: Partial<Found> = {}) =>
  detectActivities({
    rules: detectionRules(),
    source: () => Promise.resolve({ searched: ['here'], hits: ids.map(hit), remaining: 0, gaps: [], ...found }),
    take,
    now: () => new Date('2026-03-02T10:05:00Z'),
  }).detect({ ruleId: 'export-task', question });

describe('detecting', () => {
  it('takes each hit in with the rule’s name and when it was found, and tells what became of it', async () => {
    const arrivals: unknown[] = [];
    const take: TakeHit = ({ id }, arrival) => {
      arrivals.push(arrival);
      return Promise.resolve(id === 'a' ? 'opened' : 'known');
    };
    const outcome = await detect(take, ['a', 'b'], { remaining: 3 });
    expect(outcome).toMatchObject({
      searched: ['here'],
      remaining: 3,
      hits: [
        { id: 'a', result: 'opened' },
        { id: 'b', result: 'known' },
      ],
    });
    // Nothing of the event itself goes into history.
    expect(JSON.stringify(outcome)).not.toContain('document');
    const time = '2026-03-02T10:05:00.000Z';
    expect(arrivals[0]).toEqual({ door: 'detection', receivedAt: time, detectedAt: time, rule: 'AWS EC2 Export Task' });
  });

  it('goes on after a hit that could not be opened', async () => {
    const take: TakeHit = ({ id }) => (id === 'b' ? Promise.reject(new Error('no')) : Promise.resolve('opened'));
    const { hits } = await detect(take, ['a', 'b', 'c']);
    expect(hits.map(({ result }) => result)).toEqual(['opened', 'failed', 'opened']);
  });

  it('fails, to be tried again, when none could be opened', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => String(index));
    let tried = 0;
    const away: TakeHit = () => {
      tried++;
      return Promise.reject(new Error('Temporal is away'));
    };
    await expect(detect(away, ids)).rejects.toThrow('Temporal is away');
    expect(tried).toBe(10);
    expect((await detect(away, [])).hits).toEqual([]);
  });

  it('refuses a rule that the worker does not have', async () => {
    const worker = detectActivities({
      rules: [],
      source: () => expect.unreachable(),
      take: () => expect.unreachable(),
    });
    await expect(worker.detect({ ruleId: 'export-task', question })).rejects.toMatchObject({
      type: 'DetectionRefused',
      nonRetryable: true,
    });
  });
});
