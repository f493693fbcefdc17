import { describe, expect, it } from 'vitest';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import { protectingTag } from '../../../../src/domain/acts/protected.ts';
import { aBucket, aPlanInput, aPolicy, aUser, ids } from '../../../support/builders.ts';
import { sparing } from '../../../../src/domain/plan/sparing.ts';

const holding = { 'legal-hold': ['*'], tier: ['core', 'shared-*'] };
const protecting = (changes: object) => aPolicy({ protected: { principals: [], buckets: [], ...changes } });

describe('a protected account', () => {
  it('is spared whatever a plan would change in it, in words; exports are still copied out of it', () => {
    const plan = containmentPlan(aPlanInput());
    const spared = sparing(plan, protecting({ accounts: [ids.account] }));
    expect(plan.actions.length).toBeGreaterThan(1);
    expect(spared.actions.map(({ id }) => id)).toEqual(['copy-to-forensics']);
    expect(spared.notPlanned).toContainEqual({
      what: 'deny-actor',
      why: `protected: account ${ids.account} is on the policy's list, act by hand`,
    });
  });

  it('is not isolated either, though another account acts', () => {
    const policy = aPolicy({
      protected: { principals: [], buckets: [], accounts: [ids.account] },
      organisation: { managementAccount: '444444444444', isolation: 'always', reviewAfter: 1, denyExports: false },
    });
    const accountScps = { accountId: ids.account, member: true, attached: [], own: [] };
    const plan = containmentPlan(aPlanInput({ policy, accountScps }));
    expect(plan.actions.map(({ id }) => id)).toContain('isolate-account');
    expect(sparing(plan, policy).actions.map(({ id }) => id)).toEqual(['copy-to-forensics']);
  });

  it('leaves plans for other accounts as they are, also in incidents of earlier versions', () => {
    const plan = containmentPlan(aPlanInput());
    expect(sparing(plan, protecting({ accounts: [ids.forensicsAccount] }))).toBe(plan);
    expect(sparing(plan, aPolicy())).toBe(plan);
  });
});

describe('a protecting tag', () => {
  it.each<[Record<string, string> | undefined, string | null]>([
    [{ 'legal-hold': 'case 7' }, 'legal-hold=case 7'],
    [{ Name: 'x', tier: 'shared-logs' }, 'tier=shared-logs'],
    [{ tier: 'web' }, null],
    [{ Tier: 'core' }, null],
    [{ constructor: 'core' }, null],
    [{}, null],
    [undefined, null],
  ])('of %o is %s', (tags, tag) => {
    expect(protectingTag(tags, holding)).toBe(tag);
  });

  it('keeps a principal and a bucket out of the plan, and says which tag it is', () => {
    const tags = { 'legal-hold': 'yes' };
    const plan = containmentPlan(
      aPlanInput({ principal: aUser({ tags }), bucket: aBucket({ tags }), policy: protecting({ tags: holding }) }),
    );
    expect(plan.actions.map(({ id }) => id)).toEqual(['copy-to-forensics']);
    const whys = plan.notPlanned.map(({ why }) => why);
    expect(whys).toContain(`protected: ${ids.userArn} has the tag legal-hold=yes, act by hand`);
    expect(whys).toContain(`protected: bucket ${ids.bucket} has the tag legal-hold=yes, act by hand`);
  });
});
