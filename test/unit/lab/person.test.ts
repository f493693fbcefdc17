import { describe, expect, it } from 'vitest';
import { allBut } from '../../../src/lab/demo/person.ts';
import { aRequestFor } from './a-request.ts';

describe("the demo's approvers", () => {
  const request = aRequestFor('deny-actor', 'cancel-export:export-i-1', 'copy-to-forensics');

  it('approve the whole plan', () => expect(allBut(request, [])).toEqual({ decision: 'approve' }));

  it('leave one kind of action out, whatever its target', () => {
    expect(allBut(request, ['cancel-export']).actions).toEqual(['deny-actor', 'copy-to-forensics']);
    expect(allBut(request, ['cancel-export:export-i-1']).actions).toEqual(['deny-actor', 'copy-to-forensics']);
  });

  it('leave out what requires it, too: the incident refuses one without the other', () => {
    const requiring = aRequestFor('copy-to-forensics', 'delete-original', 'deny-actor');
    requiring.plan.actions[1]!.requires = ['copy-to-forensics'];
    expect(allBut(requiring, ['copy-to-forensics']).actions).toEqual(['deny-actor']);
  });

  it('approve a plan that does not hold what they leave out', () =>
    expect(allBut(request, ['monitor-exports'])).toEqual({ decision: 'approve' }));

  it('reject a plan of which nothing is left', () =>
    expect(allBut(aRequestFor('deny-actor'), ['deny-actor'])).toEqual({ decision: 'reject' }));
});
