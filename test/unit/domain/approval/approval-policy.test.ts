import { describe, expect, it } from 'vitest';
import { counts, lacking, needOf, peopleNeeded, peopleOf } from '../../../../src/domain/approval/approval-policy.ts';
import type { ApproverDirectory, Need } from '../../../../src/domain/approval/approval.ts';
import { ids } from '../../../support/builders.ts';
import type { ApprovalRule } from '../../../../src/domain/approval/approval-rules.ts';

const directory: ApproverDirectory = {
  approvers: ['alice', 'bob', 'carol'].map((id) => ({ id, name: id, principals: [] })),
  groups: [
    { id: 'security', members: ['alice', 'bob', 'gone'] },
    { id: 'platform', members: ['carol'] },
  ],
  gatewayKeys: {},
  policyDigest: 'p',
};
const circumstances = {
  severity: 'medium' as const,
  accountId: ids.account,
  account: { environment: 'production' as const, sensitivity: 'high' as const },
};
const quorum = { reversible: 1, irreversible: 2 };
const copy = { id: 'copy-to-forensics', reversible: true };
const cancel = { id: `cancel-export:${ids.task}`, reversible: false };
const aRule = (changes: Partial<ApprovalRule> = {}): ApprovalRule => ({
  id: 'r',
  approve: ['security'],
  quorum: 1,
  ...changes,
});
const ruleOf = (rule: ApprovalRule, action = copy, where: Parameters<typeof needOf>[1] = circumstances): string =>
  needOf(action, where, { rules: [rule], quorum }).rule;

describe('a rule of the policy', () => {
  it.each<[string, Partial<ApprovalRule>, Partial<ApprovalRule>]>([
    ['severity', { severities: ['medium', 'high'] }, { severities: ['high'] }],
    ['account', { accounts: [ids.account] }, { accounts: [ids.outsideAccount] }],
    ['environment of the account', { environments: ['production'] }, { environments: ['test'] }],
    ['sensitivity of the account', { sensitivities: ['high'] }, { sensitivities: ['low'] }],
    ['kind of action', { actions: ['copy-to-forensics'] }, { actions: ['deny-actor'] }],
  ])('holds by %s, and not for another', (_, holding, other) => {
    expect(ruleOf(aRule(holding))).toBe('r');
    expect(ruleOf(aRule(other))).toBe('default');
  });

  it('holds for the kind of an action, whatever its target', () => {
    expect(ruleOf(aRule({ actions: ['cancel-export'] }), cancel)).toBe('r');
  });

  it('for what cannot be undone holds for nothing else', () => {
    expect(ruleOf(aRule({ irreversible: true }), cancel)).toBe('r');
    expect(ruleOf(aRule({ irreversible: true }), copy)).toBe('default');
  });

  it('about the account does not hold for one that is not configured', () => {
    const unknown = { ...circumstances, account: null };
    expect(ruleOf(aRule({ environments: ['production'] }), copy, unknown)).toBe('default');
    expect(ruleOf(aRule({ sensitivities: ['high'] }), copy, unknown)).toBe('default');
  });

  it('comes before those after it, and needs all of its conditions', () => {
    const rules = [
      aRule({ id: 'first', actions: ['copy-to-forensics'], severities: ['high'] }),
      aRule({ id: 'second' }),
    ];
    expect(needOf(copy, circumstances, { rules, quorum }).rule).toBe('second');
    expect(needOf(copy, { ...circumstances, severity: 'high' }, { rules, quorum }).rule).toBe('first');
  });

  it('can ask more people for what cannot be undone than the quorum, and never fewer', () => {
    expect(needOf(cancel, circumstances, { rules: [aRule({ quorum: 1 })], quorum }).quorum).toBe(2);
    expect(needOf(cancel, circumstances, { rules: [aRule({ quorum: 3 })], quorum }).quorum).toBe(3);
    expect(needOf(copy, circumstances, { rules: [aRule({ quorum: 1 })], quorum }).quorum).toBe(1);
  });

  it('is not needed: without any, everybody counts under the quorum', () => {
    expect(needOf(copy, circumstances, { rules: [], quorum })).toEqual({
      rule: 'default',
      groups: ['everybody'],
      quorum: 1,
    });
    expect(needOf(cancel, circumstances, { rules: [], quorum }).quorum).toBe(2);
  });
});

describe('a group', () => {
  it('holds its members who are on the list of approvers, and nobody else', () => {
    expect(peopleOf('security', directory)).toEqual(['alice', 'bob']);
    expect(peopleOf('everybody', directory)).toEqual(['alice', 'bob', 'carol']);
  });

  it('that does not exist any more holds nobody', () => {
    expect(peopleOf('former', directory)).toEqual([]);
    const need: Need = { rule: 'r', groups: ['former'], quorum: 1 };
    expect(counts('alice', need, directory)).toBe(false);
  });
});

describe('a plan under two rules', () => {
  const needs: Record<string, Need> = {
    'deny-actor': { rule: 'identity', groups: ['security'], quorum: 2 },
    'deny-export-reads': { rule: 'buckets', groups: ['platform', 'security'], quorum: 1 },
    'monitor-exports': { rule: 'events', groups: ['platform'], quorum: 1 },
  };
  const all = Object.keys(needs);
  const open = (approvers: string[], actions = all) => lacking({ needs }, actions, approvers, directory);

  it('is approved when every selected action has its people', () => {
    expect(open(['alice', 'bob', 'carol'])).toEqual([]);
    expect(open(['carol'], ['deny-export-reads', 'monitor-exports'])).toEqual([]);
  });

  it('says whose approvals are missing for what', () => {
    expect(open(['alice'])).toEqual([
      '1 more approval(s) by others of security needed for deny-actor',
      '1 more approval(s) by others of platform needed for monitor-exports',
    ]);
  });

  it('does not count a person for actions of other groups, nor twice', () => {
    expect(open(['carol', 'alice', 'alice'])).toEqual([
      '1 more approval(s) by others of security needed for deny-actor',
    ]);
  });

  it('is not approved for an action that is under no rule', () => {
    expect(open(['alice', 'bob', 'carol'], ['else'])).toEqual(['else is under no rule']);
  });

  it('takes as many people as its strictest selected action', () => {
    expect(peopleNeeded({ needs })).toBe(2);
    expect(peopleNeeded({ needs }, ['monitor-exports'])).toBe(1);
  });
});
