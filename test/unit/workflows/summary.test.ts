import { describe, expect, it } from 'vitest';
import type { ActionRecord } from '../../../src/domain/plan/plan.ts';
import { summary, triedAgain } from '../../../workflows/shared/summary.ts';

const record = (id: string, status: ActionRecord['status'], detail = 'as planned'): ActionRecord =>
  ({ id, status, detail }) as ActionRecord;

describe('the outcome of a phase that acts', () => {
  it('counts what is in place', () => {
    expect(summary([], 'VMX-ABCDEFGHIJ')).toBe('nothing was changed');
    expect(summary([record('a', 'applied'), record('b', 'already'), record('c', 'gone')], 'VMX-ABCDEFGHIJ')).toBe(
      '3 of 3 actions in place',
    );
  });

  it('says what was left out, and of what failed why and how it is tried again', () => {
    const left = record('copy-to-forensics', 'not-approved');
    expect(summary([record('a', 'applied'), left], 'VMX-ABCDEFGHIJ')).toBe(
      '1 of 2 actions in place; not done: copy-to-forensics (not-approved)',
    );
    const refused = record('deny-actor', 'failed', `AccessDenied: ${'x'.repeat(2000)}`);
    const said = summary([refused, left], 'VMX-ABCDEFGHIJ');
    expect(said).toMatch(
      /^0 of 2 actions in place; not done: deny-actor \(failed: AccessDenied: x+… \(\d+ characters\)\); /,
    );
    expect(said).toMatch(/; once the cause is gone: soar incident retry VMX-ABCDEFGHIJ$/);
    expect(said.length).toBeLessThan(600);
  });
});

it('what was tried again is told, unless people left out all of it', () => {
  const [done, left] = [record('deny-actor', 'applied'), record('copy-to-forensics', 'not-approved')];
  expect(triedAgain([done, left], 'VMX-ABCDEFGHIJ')).toBe(`tried again: ${summary([done, left], 'VMX-ABCDEFGHIJ')}`);
  expect(triedAgain([left], 'VMX-ABCDEFGHIJ')).toBeNull();
  expect(triedAgain([], 'VMX-ABCDEFGHIJ')).toBeNull();
});
