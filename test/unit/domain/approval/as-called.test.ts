import { describe, expect, it } from 'vitest';
import { invert } from '../../../../src/domain/acts/invert.ts';
import { asCalled, contradictions, misleading, planAsCalled } from '../../../../src/domain/approval/as-called.ts';
import type { ActionRecord, PlannedAction } from '../../../../src/domain/plan/plan.ts';
import { undoPlan } from '../../../../src/domain/plan/undo-plan.ts';
import { times } from '../../../support/builders.ts';
import { plannedActions } from '../../../support/planned-actions.ts';
import { aRequest } from '../../cli/a-plan.ts';
import { undoOf } from '../../../../src/domain/acts/action-id.ts';

const everyAction = [...plannedActions];
const done = ([, { id, title, target, reversible, undo, input }]: [string, PlannedAction]): ActionRecord => ({
  id,
  phase: 'containment',
  title,
  target,
  requestId: 'containment-1',
  status: 'applied',
  detail: 'done',
  at: times.now,
  observed: { cutoff: times.now },
  reversible,
  undo,
  input,
});
const honest = plannedActions.get('disable-access-keys')!;
const harmful = plannedActions.get('delete-original')!;
/** What a forger shows: all the words of something harmless, beside another input. */
const lie: PlannedAction = { ...honest, id: 'delete-original', input: harmful.input };

describe('what an action’s input says', () => {
  it.each(everyAction)('agrees with what the plan says about %s, and names the same calls', (_kind, action) => {
    const called = asCalled(action);
    expect(contradictions(action)).toEqual([]);
    expect(called.calls).toEqual([...new Set(action.calls)]);
    expect(called.target).not.toBe('');
    expect([called.before, called.after]).not.toEqual([null, null]);
  });

  it('agrees with the plan of an undo', () => {
    const { actions } = undoPlan(everyAction.map(done));
    expect(actions.map(({ id }) => id).sort()).toEqual(
      everyAction
        .filter(([, { input }]) => invert(input, { cutoff: times.now }))
        .map(([, { id }]) => undoOf(id))
        .sort(),
    );
    expect(actions.flatMap(contradictions)).toEqual([]);
  });

  it('is shown in place of what was claimed: target, calls, states, and whether it can be undone', () => {
    const [called] = planAsCalled({ actions: [lie] }).actions;
    expect(called).toMatchObject({
      target: expect.stringMatching(/^object .* of bucket /) as string,
      calls: ['s3:DeleteObject'],
      after: null,
      reversible: false,
    });
    expect(JSON.stringify([called!.before, called!.target])).not.toContain('AKIA');
  });

  it('of a bucket policy is what goes and what comes, whatever state before it is claimed', () => {
    const deny = plannedActions.get('deny-export-reads')!;
    if (deny.input.act !== 'editBucketPolicy') throw new Error('another act');
    const called = asCalled({ ...deny, input: { ...deny.input, before: { Version: '2012-10-17', Statement: [] } } });
    expect(called.before).toEqual({ Statement: [] });
    expect(called.after).toEqual({ Statement: deny.input.add });
  });

  it('is asked of no act that there is not', () => {
    for (const act of ['dropEverything', 'constructor', '__proto__']) {
      expect(() => asCalled({ ...honest, input: { ...honest.input, act } as never })).toThrow('no act of this release');
    }
  });
});

describe('a request', () => {
  it('is misleading where its digest is that of another plan', () => {
    expect(misleading(aRequest({}, [honest]))).toBeNull();
    expect(misleading({ ...aRequest({}, [honest]), plan: aRequest({}, [harmful]).plan })).toContain('another one');
  });

  it('is misleading where what it says contradicts its inputs, although the digest is right', () => {
    const refusal = misleading(aRequest({}, [lie]));
    expect(refusal).toContain('delete-original claims to be reversible, and is irreversible');
    expect(refusal).toMatch(/claims to be about arn:aws:iam:.*, and is about object /);
    expect(misleading(aRequest({}, [{ ...honest, reversible: false }]))).toContain('and is reversible');
  });
});
