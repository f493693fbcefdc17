import { describe, expect, it } from 'vitest';
import { actionKinds } from '../../../../src/domain/acts/action-kinds.ts';
import { leftOutFirst } from '../../../../src/domain/plan/left-out-order.ts';
import { kindWords, leftOut } from '../../../../src/domain/report/left-out.ts';

describe('what plans left out', () => {
  it('has words for every kind of action, and for no other', () => {
    expect(Object.keys(kindWords).sort()).toEqual(Object.keys(actionKinds).sort());
  });

  it('is told with what only people can do, and remarks last, where there is no room for all of it', () => {
    const whats = ['where the permission came from (S105)', 'lock-bucket', 'copy-to-forensics', 'contain the actor'];
    const notPlanned = whats.map((what) => ({ what, why: '' }));
    const told = (room: number) => leftOutFirst(notPlanned, room).map(({ what }) => what);
    expect(told(2)).toEqual(['lock-bucket', 'contain the actor', whats[0], 'copy-to-forensics']);
    expect(told(4)).toEqual(whats);
  });

  it('is told apart: actions by what they would have done, what is beyond them, and remarks', () => {
    const notPlanned = [
      { what: 'lock-bucket', why: 'the policy locks no bucket' },
      { what: 'narrow-permission: arn:aws:iam::1:policy/p', why: 'protected' },
      { what: 'copies of image ami-1 that account 333333333333 made', why: 'beyond our control' },
      { what: 'where the permission came from (S105)', why: 'statement 1 allows it' },
      { what: 'undo/lock-bucket', why: 'it was not in place' },
    ];
    expect(leftOut({ notPlanned })).toEqual({
      actions: [
        { what: 'Lock the bucket of the export (lock-bucket)', why: 'the policy locks no bucket' },
        {
          what: 'Take the permission to export out of policies (narrow-permission): arn:aws:iam::1:policy/p',
          why: 'protected',
        },
        { what: 'undo/lock-bucket', why: 'it was not in place' },
      ],
      byHand: [{ what: 'Copies of image ami-1 that account 333333333333 made', why: 'beyond our control' }],
      remarks: [{ what: 'Where the permission came from (S105)', why: 'statement 1 allows it' }],
    });
  });
});
