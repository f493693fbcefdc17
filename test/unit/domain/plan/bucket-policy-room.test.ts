import { describe, expect, it } from 'vitest';
import type { PlannedAction } from '../../../../src/domain/plan/plan.ts';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import type { PolicyDocument, Statement } from '../../../../src/domain/policy/policy-document.ts';
import { aBucket, aDocument, anAllow, aPlanInput, ids, outsideStatement } from '../../../support/builders.ts';

/** An Allow within the account, of that many characters. */
const padding = (characters: number, changes: Statement = {}): Statement => {
  const inside = { Principal: { AWS: `arn:aws:iam::${ids.account}:root` }, Sid: '', ...changes };
  return anAllow({ ...inside, Sid: 'x'.repeat(characters - JSON.stringify(anAllow(inside)).length) });
};
const planned = (policy: PolicyDocument) => containmentPlan(aPlanInput({ bucket: aBucket({ policy }) }));
const room = (policy: PolicyDocument) => planned(policy).notPlanned.filter(({ what }) => what.startsWith('make room'));
const written = (actions: PlannedAction[], id: string): number =>
  JSON.stringify(actions.find((action) => action.id === id)?.after ?? null).length;

describe('a bucket policy that is full', () => {
  it('has its deny planned all the same, and people are told how to make room and go on', () => {
    const policy = aDocument(padding(20_300));
    const { actions } = planned(policy);
    expect(room(policy)).toEqual([
      {
        what: 'make room for deny-export-reads',
        why:
          `S3 will probably refuse it, because the policy of bucket ${ids.bucket} would have ` +
          `${written(actions, 'deny-export-reads')} of the 20480 characters that S3 takes: remove statements that nobody ` +
          'needs, keeping a copy, and then: soar incident retry VMX-ABCDEFGHIJ --action deny-export-reads',
      },
    ]);
  });

  it('is not told of where the deny still fits, to the character', () => {
    const deny = written(planned(aDocument(padding(1_000))).actions, 'deny-export-reads') - 1_000;
    expect(room(aDocument(padding(20_480 - deny)))).toEqual([]);
    expect(room(aDocument(padding(20_481 - deny)))).toHaveLength(1);
  });

  it('loses what lets outsiders in first, where that makes room for the deny', () => {
    const order = (policy: PolicyDocument) =>
      planned(policy)
        .actions.map(({ id }) => id)
        .filter((id) => /^(deny-export-reads|remove-outside-grants)$/.test(id));
    const outside = padding(20_300, { Principal: outsideStatement.Principal! });
    expect(order(aDocument(outside))).toEqual(['remove-outside-grants', 'deny-export-reads']);
    expect(room(aDocument(outside))).toEqual([]);
    expect(order(aDocument(outsideStatement))).toEqual(['deny-export-reads', 'remove-outside-grants']);
  });
});
