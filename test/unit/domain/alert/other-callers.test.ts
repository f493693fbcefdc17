import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../../src/domain/alert/alert.ts';
import {
  holderOf,
  isOfAnother,
  otherCallersBeyond,
  otherCallersFinding,
} from '../../../../src/domain/alert/other-callers.ts';
import { aFailedAlert, anAlert, anIamUser, aRoleSession, ids, without } from '../../../support/builders.ts';

const stored = (changes: Partial<Alert> = {}): Alert =>
  anAlert({ eventName: 'CreateStoreImageTask', objectKey: 'ami-1.bin', ...changes });
const first = stored();
const carol = anIamUser({
  name: 'carol',
  arn: `arn:aws:iam::${ids.account}:user/carol`,
  accessKeyId: 'AKIACAROL',
});
const byCarol = stored({ eventId: 'second', time: '2026-01-05T10:30:00Z', principal: carol });

describe('an alert that is attached to an incident about one object', () => {
  it('is of another caller where somebody else stored the same image once more', () => {
    expect(isOfAnother(first, byCarol)).toBe(true);
    expect(isOfAnother(byCarol, first)).toBe(true);
    const role = stored({ principal: aRoleSession() });
    const session = aRoleSession({ arn: `${aRoleSession().arn ?? ''}-2` });
    expect(isOfAnother(role, stored({ eventId: 'second', principal: session }))).toBe(true);
  });

  it('is not where the same caller did, or the same event came again, or nothing came of it', () => {
    expect(isOfAnother(first, stored({ eventId: 'second' }))).toBe(false);
    expect(isOfAnother(first, { ...first, principal: carol })).toBe(false);
    expect(isOfAnother(first, aFailedAlert({ eventId: 'second', principal: carol }))).toBe(false);
  });
});

it('whoever takes a role many times, under many names, is one of those who are told of', () => {
  const names = ['one', 'two', 'three'].map((name) => `arn:aws:sts::${ids.account}:assumed-role/backup/${name}`);
  expect(new Set(names.map((arn) => holderOf(stored({ principal: aRoleSession({ arn }) })))).size).toBe(1);
  expect(holderOf(byCarol)).not.toBe(holderOf(first));
});

describe('whoever else made the same call', () => {
  it('is named with key, time and address, and what was planned says that it contains nobody of them', () => {
    expect(otherCallersFinding([byCarol])).toMatchObject({
      id: 'other-callers',
      answer: 'yes',
      detail: expect.stringMatching(
        /^CreateStoreImageTask at 2026-01-05T10:30:00Z by arn:aws:iam::\d+:user\/carol with key AKIACAROL from /,
      ) as string,
    });
    const [beyond] = otherCallersBeyond([byCarol], [{ type: 'user', name: 'mallory' }]);
    expect(beyond?.what).toBe('contain user carol');
    expect(beyond?.why).toContain('AKIACAROL');
  });

  it('is left out where the plan contains it anyway, but not for having the name of somebody of this account', () => {
    expect(otherCallersBeyond([byCarol], [{ type: 'user', name: 'carol' }])).toEqual([]);
    const elsewhere = stored({ eventId: 'second', principal: { ...carol, accountId: '999999999999' } });
    expect(otherCallersBeyond([elsewhere], [{ type: 'user', name: 'carol' }])).toHaveLength(1);
    const unnamed = stored({ eventId: 'second', principal: without(without(carol, 'arn'), 'name') });
    expect(otherCallersBeyond([unnamed], [])[0]?.what).toBe(`contain ${carol.id ?? ''}`);
  });
});
