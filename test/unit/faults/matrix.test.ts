import { describe, expect, it } from 'vitest';
import { detailOf, isNotApplicable } from '../../faults/matrix.ts';

const none = { ok: true, detail: 'not applicable: nothing is done before the call that is refused' };
const tried = { ok: true, detail: 'refused after PutRule, then PutTargets: applied at attempt 1; undone' };

describe('the detail of a cell of the fault matrix', () => {
  it('is what was tried, and why nothing was only where that is so of each call', () => {
    expect(detailOf([none, tried, tried])).toBe(tried.detail);
    expect(detailOf([none, none])).toBe(none.detail);
    expect([none, tried].map(({ detail }) => isNotApplicable(detail))).toEqual([true, false]);
  });

  it('is what was not right, where anything was', () => {
    expect(detailOf([none, tried, { ok: false, detail: 'it failed' }])).toBe('it failed');
  });
});
