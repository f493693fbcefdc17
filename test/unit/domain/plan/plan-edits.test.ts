import { describe, expect, it } from 'vitest';
import type { EditBucketPolicy } from '../../../../src/domain/acts/acts.ts';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import { invert } from '../../../../src/domain/acts/invert.ts';
import type { Plan } from '../../../../src/domain/plan/plan.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import {
  applyEdit,
  sameDocument,
  type PolicyDocument,
  type Statement,
} from '../../../../src/domain/policy/policy-document.ts';
import { recoveryPlan } from '../../../../src/domain/plan/recovery-plan.ts';
import { standingOfBucketPolicy } from '../../../../src/domain/acts/standing.ts';
import {
  aBucket,
  aDocument,
  anAccount,
  anAllow,
  aPlanInput,
  aPolicy,
  ids,
  outsideStatement,
  serviceStatement,
} from '../../../support/builders.ts';

const mixed: Statement = {
  ...outsideStatement,
  Sid: 'Mixed',
  Principal: { AWS: [ids.account, ids.outsideAccount], CanonicalUser: [ids.exportService, ids.bucketOwner] },
};
const everybody: Statement = { ...outsideStatement, Sid: 'Everybody', Principal: '*' };
const unrelated: Statement = anAllow({
  Sid: 'Own',
  Principal: { AWS: ids.account },
  Resource: `arn:aws:s3:::${ids.bucket}/*`,
});

/** Bucket policies that an incident may find. */
const policies: (PolicyDocument | null)[] = [
  null,
  aDocument(unrelated),
  aDocument(serviceStatement),
  aDocument(outsideStatement),
  aDocument(serviceStatement, outsideStatement, unrelated),
  aDocument(mixed, everybody),
  aDocument(unrelated, mixed, serviceStatement, everybody, outsideStatement),
];
const locking = aPolicy({
  lockBucket: 'always',
  account: anAccount({
    roles: { observe: `arn:aws:iam::${ids.account}:role/soar-o`, contain: `arn:aws:iam::${ids.account}:role/soar-c` },
  }),
});
const input = (policy: PolicyDocument | null): PlanInput =>
  aPlanInput({ policy: locking, bucket: aBucket({ policy }) });
const editsOf = (plan: Plan): EditBucketPolicy[] =>
  plan.actions.map((action) => action.input).filter((act) => act.act === 'editBucketPolicy');

/** Every order of every selection. */
function* orders<T>(items: T[]): Generator<T[]> {
  yield [];
  for (const [index, item] of items.entries()) {
    for (const rest of orders(items.filter((_, other) => other !== index))) yield [item, ...rest];
  }
}
const standing = (edit: EditBucketPolicy, policy: PolicyDocument | null) =>
  standingOfBucketPolicy(edit, policy).standing;
const inverse = (edit: EditBucketPolicy) => invert(edit) as EditBucketPolicy;

describe.each([
  ['containment', containmentPlan],
  ['recovery', recoveryPlan],
] as const)('the bucket policy edits of a %s plan', (_phase, makePlan) => {
  it('do not disturb each other in any order of any selection', () => {
    for (const policy of policies) {
      const edits = editsOf(makePlan(input(policy)));
      for (const order of orders(edits)) {
        let now = policy;
        for (const edit of order) {
          expect(standing(edit, now)).toBe('ready');
          now = applyEdit(now, edit);
          expect(standing(edit, now)).toBe('done');
          expect(applyEdit(now, edit)).toEqual(now);
        }
        for (const edit of edits) expect(standing(edit, now)).toBe(order.includes(edit) ? 'done' : 'ready');
      }
    }
  });

  it('notice a change by somebody else, unless they are done', () => {
    for (const policy of policies) {
      for (const edit of editsOf(makePlan(input(policy)))) {
        const foreign = applyEdit(policy, { add: [anAllow({ Sid: 'Foreign' })], remove: [] });
        expect(standing(edit, foreign)).toBe('changed');
        expect(standing(edit, applyEdit(foreign, edit))).toBe('done');
      }
    }
  });

  it('are undone in any order to the policy as it was', () => {
    for (const policy of policies) {
      const edits = editsOf(makePlan(input(policy)));
      const applied = edits.reduce<PolicyDocument | null>(applyEdit, policy);
      for (const order of orders(edits)) {
        let now = applied;
        for (const edit of order) {
          const undo = inverse(edit);
          expect(standing(undo, now)).toBe('ready');
          now = applyEdit(now, undo);
          expect(standing(undo, now)).toBe('done');
        }
        if (order.length === edits.length) expect(sameDocument(now, policy)).toBe(true);
      }
    }
  });

  it('are not undone over a change by somebody else', () => {
    for (const policy of policies) {
      for (const edit of editsOf(makePlan(input(policy)))) {
        const foreign = applyEdit(applyEdit(policy, edit), { add: [anAllow({ Sid: 'Foreign' })], remove: [] });
        expect(standing(inverse(edit), foreign)).toBe('changed');
      }
    }
  });
});

describe('edits of containment and recovery', () => {
  it('are undone in reverse to the policy as it was', () => {
    for (const policy of policies) {
      const done: EditBucketPolicy[] = [];
      let now = policy;
      for (const makePlan of [containmentPlan, recoveryPlan]) {
        for (const edit of editsOf(makePlan(input(now)))) {
          expect(standing(edit, now)).not.toBe('changed');
          now = applyEdit(now, edit);
          done.push(edit);
        }
      }
      for (const edit of done.reverse()) {
        expect(standing(inverse(edit), now)).not.toBe('changed');
        now = applyEdit(now, inverse(edit));
      }
      expect(sameDocument(now, policy)).toBe(true);
    }
  });

  it('leave containment undoable on its own after recovery', () => {
    for (const policy of policies) {
      const contained = editsOf(containmentPlan(input(policy)));
      let now = contained.reduce<PolicyDocument | null>(applyEdit, policy);
      for (const edit of editsOf(recoveryPlan(input(now)))) now = applyEdit(now, edit);
      for (const edit of contained) expect(standing(inverse(edit), now)).not.toBe('changed');
    }
  });

  it('have nothing more to do once they are carried out', () => {
    for (const policy of policies) {
      let now = policy;
      for (const makePlan of [containmentPlan, recoveryPlan, containmentPlan, recoveryPlan]) {
        for (const edit of editsOf(makePlan(input(now)))) now = applyEdit(now, edit);
      }
      expect([...editsOf(containmentPlan(input(now))), ...editsOf(recoveryPlan(input(now)))]).toEqual([]);
    }
  });
});
