import { describe, expect, it } from 'vitest';
import { nudge } from '../../../../src/domain/approval/nudge.ts';
import { minuteText } from '../../../../src/domain/minute-text.ts';
import { aRequest } from '../../cli/a-plan.ts';
import { aDecisionRecord } from '../../slack/a-message.ts';

const request = aRequest();
const { requestId, dueAt, incidentKey } = request;
const alice = aDecisionRecord();
const managers = { group: 'managers', people: ['carol'], at: '2026-03-02T10:40:00Z' };

describe('what a thread is told about a request that stands', () => {
  it('mentions those who were asked and says how to decide', () => {
    expect(nudge(request, [], { kind: 'reminded' })).toEqual({
      text: `${requestId} is waiting for a decision; due ${minuteText(dueAt)}`,
      people: ['alice', 'bob'],
      how: `Decide with the buttons of the request, or with: soar incident decide ${incidentKey}`,
    });
  });

  it('does not ask those again who have approved, and says that others are needed', () => {
    const { text, people } = nudge(request, [alice], { kind: 'reminded' });
    expect(people).toEqual(['bob']);
    expect(text).toContain('is waiting for a decision: alice approved, more people are needed');
  });

  it('asks everybody again where an approval did not count, or was about something else', () => {
    const refused = aDecisionRecord({ answer: { result: 'refused', reason: 'not on the list' } });
    const other = aDecisionRecord({ requestId: 'containment-0' });
    const moreTime = aDecisionRecord({ decision: 'more-time' });
    expect(nudge(request, [refused, other, moreTime], { kind: 'reminded' }).people).toEqual(['alice', 'bob']);
  });

  it('says of an overdue request who has approved, and that nothing is done', () => {
    const overdue = (decisions: (typeof alice)[]) => nudge(request, decisions, { kind: 'overdue' }).text;
    expect(overdue([])).toBe(
      `${requestId} is OVERDUE: nobody has approved or rejected it; nothing of it is done, and it stays open; was due ${minuteText(dueAt)}`,
    );
    expect(overdue([alice])).toContain('is OVERDUE: alice approved, more people are needed; nothing of it is done');
  });

  it('mentions of an escalation those who are new, and says when there is nobody', () => {
    const escalated = nudge(request, [alice], { kind: 'escalated', asked: managers });
    expect(escalated.people).toEqual(['carol']);
    expect(escalated.text).toContain(
      'is still waiting (alice approved, more people are needed): asked now, too: managers;',
    );
    const before = { ...request, askedOf: [{ ...managers, at: '2026-03-02T10:10:00Z' }] };
    expect(nudge(before, [], { kind: 'escalated', asked: managers }).text).toContain(
      'still waiting: asked again: managers;',
    );
    const empty = nudge(request, [], { kind: 'escalated', asked: { ...managers, people: [] } });
    expect(empty.text).toContain('asked now, too: managers, in which nobody can decide');
  });

  it('says who handed it over to whom', () =>
    expect(nudge(request, [], { kind: 'handed-over', asked: { ...managers, by: 'alice' } }).text).toContain(
      'was handed over by alice to managers; due',
    ));
});
