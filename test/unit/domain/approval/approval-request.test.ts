import { describe, expect, it } from 'vitest';
import { isOvertaken, requestFor } from '../../../../src/domain/approval/approval-request.ts';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import type { Plan } from '../../../../src/domain/plan/plan.ts';
import { aPlanInput, aPolicy, anIamUser, ids, times } from '../../../support/builders.ts';
import type { ApprovalRules } from '../../../../src/domain/approval/approval-rules.ts';

const plan = containmentPlan(aPlanInput());
const directory = {
  approvers: [
    ...['alice', 'bob', 'carol'].map((id) => ({ id, name: id, principals: [] as string[] })),
    { id: 'mallory', name: 'Mallory', principals: [ids.userArn] },
  ],
  groups: [
    { id: 'security', members: ['alice', 'mallory'] },
    { id: 'platform', members: ['bob'] },
  ],
  gatewayKeys: {},
  policyDigest: 'p',
  runId: '01a2013a-6b70-7b9f-8db0-02fb4632ca5a',
};
const request = (rules: Partial<ApprovalRules> = {}, owners: string[] = []) =>
  requestFor(
    plan,
    {
      number: 2,
      incidentKey: ids.incidentKey,
      at: new Date(times.now),
      circumstances: { severity: 'high', accountId: ids.account, account: null },
    },
    { ...aPolicy().approvals, ...rules },
    directory,
    { actor: anIamUser(), owners },
  );

describe('a request', () => {
  it('says whose approval each action needs, and asks them', () => {
    const { needs, askedOf, quorum } = request({
      rules: [{ id: 'identity', actions: ['deny-actor'], approve: ['platform', 'security'], quorum: 2 }],
    });
    expect(needs['deny-actor']).toEqual({ rule: 'identity', groups: ['platform', 'security'], quorum: 2 });
    expect(needs['copy-to-forensics']).toEqual({ rule: 'default', groups: ['everybody'], quorum: 1 });
    expect(askedOf.map(({ group }) => group)).toEqual(['everybody', 'platform', 'security']);
    expect(quorum).toBe(2);
  });

  it('does not ask the actor, nor the owner where the policy leaves owners out', () => {
    expect(request().askedOf).toMatchObject([{ group: 'everybody', people: ['alice', 'bob', 'carol'] }]);
    expect(request({}, ['bob']).askedOf).toMatchObject([{ people: ['alice', 'carol'] }]);
  });

  it('is due as the severity wants it', () => {
    expect(request().dueAt).toBe('2026-03-02T14:20:00.000Z');
    expect(request({ times: { high: { dueAfter: 3_600_000 } } }).dueAt).toBe('2026-03-02T11:20:00.000Z');
  });

  it('is bound to incident, number and run', () => {
    expect(request().requestId).toBe('containment-2-4632ca5a');
  });
});

describe('a request is overtaken', () => {
  const [first, ...rest] = plan.actions;
  const changed: Plan = { ...plan, actions: [{ ...first!, input: { ...first!.input, region: 'eu-west-2' } }, ...rest] };

  it('by a plan that would do something else', () => {
    expect(isOvertaken(plan, changed)).toBe(true);
    expect(isOvertaken({ ...plan, actions: rest }, plan)).toBe(true);
  });

  it('not by other words about the same inputs', () => {
    const worded = { ...plan, actions: plan.actions.map((action) => ({ ...action, mayBreak: ['more is known now'] })) };
    expect(isOvertaken(plan, worded)).toBe(false);
  });

  it('not by a plan that misses an action: its target may not have been readable', () => {
    expect(isOvertaken(plan, { ...plan, actions: rest })).toBe(false);
    expect(isOvertaken(plan, { ...plan, actions: [] })).toBe(false);
  });
});
