import { describe, expect, it } from 'vitest';
import { actionMatches } from '../../../../src/domain/policy/policy-actions.ts';
import { arnMatches, policyArn, stableId } from '../../../../src/domain/alert/principal.ts';
import { anIamUser, aRoleSession, ids } from '../../../support/builders.ts';

describe('a pattern', () => {
  it.each([
    ['arn:aws:iam::1:role/backup', 'arn:aws:iam::1:role/backup'],
    ['arn:aws:iam::1:role/backup', 'arn:aws:iam::*:role/*'],
    ['arn:aws:iam::1:role/a/b/c', 'arn:aws:iam::1:role/*'],
    ['abc', '*'],
    ['', '*'],
    ['', ''],
    ['abc', '***'],
    ['abc', 'a?c'],
    ['abcbc', 'a*bc'],
    ['aXbYbZ', 'a*b?'],
    ['a\nb', 'a*b'],
    ['a.b', 'a.b'],
  ])('matches %j by %j', (text, pattern) => {
    expect(arnMatches(text, pattern)).toBe(true);
  });

  it.each([
    ['arn:aws:iam::1:role/backup', 'arn:aws:iam::1:role/Backup'],
    ['arn:aws:iam::1:role/backup', 'role/backup'],
    ['abc', 'ab'],
    ['abc', 'abcd'],
    ['abc', 'a?'],
    ['', '?'],
    ['abc', ''],
    ['aXb', 'a.b'],
    ['abcb', 'a*bc'],
    ['abc', 'abc?'],
    ['a+b', 'a[+]b'],
  ])('does not match %j by %j', (text, pattern) => {
    expect(arnMatches(text, pattern)).toBe(false);
  });

  it('of an attacker with many stars is judged at once', () => {
    const started = performance.now();
    expect(arnMatches('a'.repeat(2_000), `${'*a'.repeat(500)}*b`)).toBe(false);
    expect(actionMatches('*'.repeat(5_000) + 'x', 'ec2:CreateInstanceExportTask')).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('for actions has no case', () => {
    expect(actionMatches('EC2:Create*', 'ec2:CreateInstanceExportTask')).toBe(true);
  });
});

describe('a principal', () => {
  it('is the role of its session in policies, and its stable id has no session name', () => {
    expect(policyArn(aRoleSession())).toBe(ids.roleArn);
    expect(policyArn(anIamUser())).toBe(ids.userArn);
    expect(stableId(aRoleSession())).toBe('AROAEXAMPLEBACKUP');
    expect(stableId({ kind: 'unknown' })).toBeUndefined();
  });
});
