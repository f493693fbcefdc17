import { describe, expect, it } from 'vitest';
import type { Severity, Verdict } from '../../../../src/domain/severity/assessment.ts';
import { dueNotices, noticeLine, noticeReminders, type NoticeRule } from '../../../../src/domain/notices/notices.ts';
import type { Phase } from '../../../../src/domain/phase.ts';

const aRule = (changes: Partial<NoticeRule> = {}): NoticeRule => ({
  id: 'legal',
  who: 'legal and privacy',
  phase: 'validation',
  detail: 'summary',
  ...changes,
});
interface Standing {
  phase?: Phase | 'closed';
  severity?: Severity | null;
  verdict?: Verdict | null;
}
const due = (
  rule: NoticeRule,
  { phase = 'investigation', severity = 'high', verdict = 'unauthorised-export' }: Standing = {},
) => dueNotices([rule], { phase, assessment: severity && { severity }, verdict }, new Set());

describe('a notice', () => {
  it('is due once its phase is over, also where later phases are skipped, and not before', () => {
    expect(due(aRule(), { phase: 'triage' })).toEqual([]);
    expect(due(aRule(), { phase: 'validation' })).toEqual([]);
    expect(due(aRule(), { phase: 'investigation' })).toHaveLength(1);
    expect(due(aRule({ phase: 'containment' }), { phase: 'post-incident' })).toHaveLength(1);
  });

  it('is due from its severity on: medium means medium and high', () => {
    const rule = aRule({ severity: 'medium' });
    expect(due(rule, { severity: 'low' })).toEqual([]);
    expect(due(rule, { severity: 'medium' })).toHaveLength(1);
    expect(due(rule, { severity: 'high' })).toHaveLength(1);
  });

  it('is due for its verdicts and for no other', () => {
    const rule = aRule({ verdicts: ['unauthorised-export'] });
    expect(due(rule)).toHaveLength(1);
    expect(due(rule, { verdict: 'authorised' })).toEqual([]);
    expect(due(rule, { verdict: 'unauthorised-attempt' })).toEqual([]);
  });

  it('is not withheld for what is not known, and says so', () => {
    const rule = aRule({ severity: 'high', verdicts: ['unauthorised-export'] });
    expect(due(rule, { severity: null, verdict: null })[0]!.unknown).toEqual([
      'severity was not assessed',
      'the verdict is not determined',
    ]);
    expect(due(rule, { verdict: 'undetermined' })[0]!.unknown).toEqual(['the verdict is not determined']);
    expect(due(rule)[0]!.unknown).toEqual([]);
    // What is known still speaks against it.
    expect(due(rule, { severity: 'low', verdict: 'undetermined' })).toEqual([]);
  });

  it('is due once', () => {
    const standing = { phase: 'recovery', assessment: { severity: 'high' }, verdict: 'unauthorised-export' } as const;
    const rules = [aRule(), aRule({ id: 'management' })];
    expect(dueNotices(rules, standing, new Set(['legal'])).map(({ rule }) => rule.id)).toEqual(['management']);
  });
});

describe('the line of a notice', () => {
  const notice = { id: 'legal', who: 'legal and privacy', status: 'due', dueBy: '2026-03-05T10:10:00.000Z' } as const;

  it('says by when it is due, what to do, and when that time is over', () => {
    const line = noticeLine({ ...notice, instructions: 'call the duty officer' }, '2026-03-05T10:09:59.999Z');
    expect(line).toBe('legal and privacy (legal): due; due by 2026-03-05T10:10:00.000Z; call the duty officer');
    expect(noticeLine(notice, '2026-03-05T10:10:00.000Z')).toContain('(OVERDUE)');
  });

  it('of one that was told says by whom and when, and asks for nothing', () => {
    const told = { ...notice, status: 'told', at: '2026-03-03T08:00:00.000Z', by: 'Alice' } as const;
    expect(noticeLine({ ...told, instructions: 'call' }, '2026-04-01T00:00:00.000Z')).toBe(
      'legal and privacy (legal): told at 2026-03-03T08:00:00.000Z by Alice',
    );
  });
});

it('a clock reminds at half of its time and at its end, counted from the verdict', () => {
  const at = noticeReminders('2026-03-02T10:10:00.000Z', 72 * 3_600_000).map((one) => new Date(one.at).toISOString());
  expect(at).toEqual(['2026-03-03T22:10:00.000Z', '2026-03-05T10:10:00.000Z']);
});
