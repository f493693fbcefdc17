import { describe, expect, it } from 'vitest';
import { confirmedBy } from '../../../src/encryption/erasure.ts';
import { sha256OfToken } from '../../../src/intake/bearer.ts';
import { anAlert } from '../../support/builders.ts';

const person = (id: string, principals: string[] = []) => ({
  id,
  name: id,
  principals,
  token: `sha256:${sha256OfToken(`the-token-of-${id}`)}`,
});
const actor = anAlert().principal;
const approvals = {
  approvers: [person('alice'), person('bob'), person('mallory', [actor.arn!])],
  quorum: { reversible: 1, irreversible: 2 },
};
const by = (...people: string[]) =>
  confirmedBy(
    people.map((one) => `the-token-of-${one}`),
    approvals,
    actor,
  );

describe('an erasure is confirmed', () => {
  it('by as many different approvers as an irreversible action takes', () => {
    expect(by('alice', 'bob')).toEqual(['alice', 'bob']);
    expect(() => by('alice')).toThrow('takes 2 approvers; alice confirmed');
    expect(() => by('alice', 'alice')).toThrow('takes 2 approvers; alice confirmed');
    expect(() => by()).toThrow('nobody confirmed');
  });

  it('by nobody who is unknown, and never by the actor', () => {
    expect(() => by('alice', 'eve')).toThrow('token 2 belongs to no approver');
    expect(() => by('alice', 'bob', 'mallory')).toThrow('mallory is the actor under investigation');
  });
});
