import { describe, expect, it } from 'vitest';
import type { ApprovalRequest, AskedGroup } from '../../../../src/domain/approval/approval.ts';
import { handedOver, handOverRefusal, handOverTargets } from '../../../../src/domain/approval/hand-over.ts';
import { anIamUser, ids, times } from '../../../support/builders.ts';

const directory = {
  approvers: [
    { id: 'alice', name: 'Alice', principals: [] },
    { id: 'bob', name: 'Bob', principals: [] },
    { id: 'carol', name: 'Carol', principals: [] },
    { id: 'mallory', name: 'Mallory', principals: [ids.userArn] },
  ],
  groups: [
    { id: 'security', members: ['alice', 'bob'] },
    { id: 'platform', members: ['carol'] },
    { id: 'suspects', members: ['mallory'] },
    { id: 'alone', members: ['alice'] },
  ],
};
const needs: ApprovalRequest['needs'] = { 'deny-actor': { rule: 'r', groups: ['security'], quorum: 1 } };
const barred = { actor: anIamUser(), owners: ['carol'] };
const refusal = (to: string, by = 'alice', askedOf: AskedGroup[] = []) =>
  handOverRefusal(to, by, { needs, askedOf }, directory, barred);

describe('a hand-over', () => {
  it.each(['bob', 'security', 'everybody'])('may go to %s, among whom somebody counts', (to) => {
    expect(refusal(to)).toBeNull();
  });

  it.each([
    ['alice', 'nobody hands over to themselves: name another person, or a group'],
    ['eve', 'eve is neither an approver nor a group of the list'],
    ['', ' is neither an approver nor a group of the list'],
    ['mallory', 'mallory is the actor under investigation'],
    ['carol', 'carol is the owner of the instance by its tags, and the policy leaves owners out'],
    ['platform', 'nobody else of platform may approve any of these actions: they are for security'],
    ['suspects', 'nobody else of suspects may approve any of these actions: they are for security'],
    ['alone', 'nobody else of alone may approve any of these actions: they are for security'],
  ])('does not go to "%s"', (to, reason) => {
    expect(refusal(to)).toBe(reason);
  });

  it('does not go to a person who counts for none of the actions', () => {
    expect(handOverRefusal('carol', 'alice', { needs, askedOf: [] }, directory, { ...barred, owners: [] })).toBe(
      'carol may approve none of these actions: they are for security',
    );
  });

  it('goes to each once, and to those whom the policy has asked already', () => {
    const asked = { group: 'bob', people: ['bob'], at: times.now };
    expect(refusal('bob', 'alice', [asked])).toBeNull();
    expect(refusal('bob', 'alice', [{ ...asked, by: 'carol' }])).toBe('it was handed over to bob by carol already');
  });

  it('asks the person, or whoever else of the group can decide, in the name of whoever handed over', () => {
    const over = (to: string) => handedOver(to, 'alice', directory, barred, times.now);
    expect(over('bob')).toEqual({ group: 'bob', people: ['bob'], at: times.now, by: 'alice' });
    expect(over('security')).toEqual({ group: 'security', people: ['bob'], at: times.now, by: 'alice' });
    // Neither the actor nor the owner.
    expect(over('everybody').people).toEqual(['bob']);
  });

  it('is offered for everybody to whom it may go, and nobody else', () => {
    expect(handOverTargets('alice', { needs, askedOf: [] }, directory, barred)).toEqual([
      'bob',
      'everybody',
      'security',
    ]);
  });
});
