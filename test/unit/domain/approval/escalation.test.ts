import { describe, expect, it } from 'vitest';
import { askedFirst, escalationOrder, stepsOf, timesAt } from '../../../../src/domain/approval/escalation.ts';

const minute = 60_000;
const times = { remindAfter: 15 * minute, escalateAfter: 30 * minute, dueAfter: 240 * minute };
const weekdays = { days: [1, 2, 3, 4, 5], fromHour: 8, toHour: 17 };
const people: Record<string, string[]> = { security: ['alice', 'bob'], 'on-call': ['carol'], leads: ['dora'] };
const peopleOf = (group: string): string[] => people[group] ?? [];

describe('the order of escalation', () => {
  const steps = [{ group: 'security', hours: weekdays }, { group: 'on-call' }, { group: 'leads' }];

  it('begins with those who are in their hours, as the policy lists them', () => {
    expect(escalationOrder(steps, new Date('2026-03-02T10:00:00Z'))).toEqual(['security', 'on-call', 'leads']);
  });

  it('puts those who are out of their hours last: somebody is better than nobody', () => {
    expect(escalationOrder(steps, new Date('2026-03-02T17:00:00Z'))).toEqual(['on-call', 'leads', 'security']);
    expect(escalationOrder(steps, new Date('2026-03-01T10:00:00Z'))).toEqual(['on-call', 'leads', 'security']);
  });
});

describe('who is asked first', () => {
  const order = ['on-call', 'security', 'leads'];
  const need = (groups: string[], quorum = 1) => ({ rule: 'r', groups, quorum });

  it('is the first group of the order that counts', () => {
    expect(askedFirst([need(['security', 'leads'])], order, peopleOf)).toEqual(['security']);
  });

  it('are as many groups as hold enough people', () => {
    expect(askedFirst([need(['on-call', 'security', 'leads'], 2)], order, peopleOf)).toEqual(['on-call', 'security']);
  });

  it('is every group that stands in no order', () => {
    expect(askedFirst([need(['security', 'leads'])], [], peopleOf)).toEqual(['security', 'leads']);
  });

  it('is somebody for each action of the plan', () => {
    expect(askedFirst([need(['leads']), need(['security'])], order, peopleOf)).toEqual(['leads', 'security']);
  });
});

describe('the times of a request', () => {
  it('remind, escalate once per group that is left, and end', () => {
    expect(stepsOf(times, 3).map(({ after, what }) => [what, after / minute])).toEqual([
      ['remind', 15],
      ['escalate', 30],
      ['escalate', 60],
      ['escalate', 90],
      ['overdue', 240],
    ]);
  });

  it('escalate once where no order is configured', () => {
    expect(stepsOf(times, 0).map(({ what }) => what)).toEqual(['remind', 'escalate', 'overdue']);
  });

  it('escalate no more once the request is overdue', () => {
    expect(stepsOf({ ...times, dueAfter: 65 * minute }, 9).filter(({ what }) => what === 'escalate')).toHaveLength(2);
  });

  it.each([
    [1, ['page', 'remind', 'escalate', 'overdue']],
    [40, ['remind', 'escalate', 'page', 'overdue']],
    [300, ['remind', 'escalate', 'overdue', 'page']],
  ])('page after %i minutes, wherever that stands among the others', (after, expected) => {
    const steps = stepsOf({ ...times, pageAfter: after * minute }, 1);
    expect(steps.map(({ what }) => what)).toEqual(expected);
  });

  it('page at the severity that says so, and nobody where none does', () => {
    const rules = { ...times, times: { high: { pageAfter: minute } } };
    expect(timesAt('high', rules).pageAfter).toBe(minute);
    expect(timesAt('low', rules)).not.toHaveProperty('pageAfter');
    expect(timesAt('low', { ...rules, pageAfter: 2 * minute }).pageAfter).toBe(2 * minute);
    expect(stepsOf(times, 1).some(({ what }) => what === 'page')).toBe(false);
  });

  it('are those of the severity, where it has its own', () => {
    const rules = { ...times, times: { high: { dueAfter: 60 * minute } } };
    expect(timesAt('high', rules)).toEqual({ ...times, dueAfter: 60 * minute });
    expect(timesAt('low', rules)).toEqual(times);
  });
});
