import { describe, expect, it } from 'vitest';
import type { Plan, PlannedAction } from '../../../../src/domain/plan/plan.ts';
import { portionOf } from '../../../../src/domain/plan/portion.ts';

const plan = (...ids: string[]): Plan => ({
  phase: 'containment',
  actions: ids.map((id) => ({ id }) as PlannedAction),
  notPlanned: [],
});
const many = (kind: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${kind}:${n}`);
const idsOf = ({ actions }: Plan): string[] => actions.map(({ id }) => id);

describe('what of a plan is asked about at once', () => {
  it('is the plan itself where the policy allows as many actions', () => {
    const whole = plan('deny-export-reads', 'deny-actor');
    expect(portionOf(whole, 2)).toBe(whole);
  });

  it('is something of each kind, in order, however many copies and sessions the actor left', () => {
    const whole = plan(
      'deny-export-reads',
      ...many('deny-copy-reads', 10),
      ...many('unshare-copies', 10),
      'disable-access-keys',
      'deny-actor',
      ...many('revoke-role-sessions', 10),
      'copy-to-forensics',
      'delete-original',
    );
    const first = portionOf(whole, 10);
    expect(idsOf(first)).toEqual([
      'deny-export-reads',
      'deny-copy-reads:0',
      'deny-copy-reads:1',
      'unshare-copies:0',
      'unshare-copies:1',
      'disable-access-keys',
      'deny-actor',
      'revoke-role-sessions:0',
      'copy-to-forensics',
      'delete-original',
    ]);
    expect(first.notPlanned).toEqual([
      { what: '25 more action(s)', why: 'the policy allows 10 in one plan: they are asked about after these' },
    ]);
  });

  it('keeps the order of an undo, in which the latest change is the first to go', () => {
    const whole = plan('undo/block:2', 'undo/block:1', 'undo/deny-actor', 'undo/deny-export-reads');
    expect(idsOf(portionOf(whole, 2))).toEqual(['undo/block:2', 'undo/block:1']);
  });
});
