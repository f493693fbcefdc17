import { describe, expect, it } from 'vitest';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import { aDocument, anAlert, anAllow, aPlanInput, aRole, aRoleSession, aUser } from '../../../support/builders.ts';
import type { NamedPolicy, PrincipalFacts } from '../../../../src/domain/findings/principal-facts.ts';

/** An inline policy of that many characters. */
const long = (name: string, characters: number): NamedPolicy => {
  const empty = JSON.stringify(aDocument(anAllow({ Sid: '' }))).length;
  return { name, document: aDocument(anAllow({ Sid: 'x'.repeat(characters - empty) })) };
};
const plan = (principal: PrincipalFacts) => {
  const alert = principal.type === 'role' ? { alert: anAlert({ principal: aRoleSession() }) } : {};
  const { actions, notPlanned } = containmentPlan(aPlanInput({ principal, ...alert }));
  return {
    actions: actions.map(({ id }) => id),
    room: notPlanned.find(({ what }) => what.startsWith('make room')),
  };
};

describe('an actor that has filled its inline policies', () => {
  it('is planned to be denied all the same, and people are told which policies are in the way and what else to do', () => {
    const { actions, room } = plan(aUser({ inline: [long('small', 200), long('padding', 1_800)] }));
    expect(actions).toContain('deny-actor');
    expect(room).toEqual({
      what: 'make room for deny-actor',
      why:
        'AWS will probably refuse it, because the inline policies of user mallory (padding, small) take 2000 of the 2048 ' +
        "characters that IAM allows: attach AWS's policy AWSDenyAll by hand, or set it as permissions boundary; or " +
        'delete an inline policy that nobody needs, keeping a copy',
    });
  });

  it('is told of where it is a role, which has more room', () => {
    expect(plan(aRole({ inline: [long('padding', 2_000)] })).room).toBeUndefined();
    const { actions, room } = plan(aRole({ inline: Array.from({ length: 7 }, (_, n) => long(`padding${n}`, 1_450)) }));
    expect(actions).toContain('revoke-role-sessions');
    expect(room?.what).toBe('make room for revoke-role-sessions');
    expect(room?.why).toContain('padding4 and 2 more) take 10150 of the 10240 characters');
  });

  it('is not told of where the deny still fits, to the character', () => {
    const denyAll = JSON.stringify(
      aDocument({ Sid: 'VMXABCDEFGHIJDenyAll', Effect: 'Deny', Action: '*', Resource: '*' }),
    ).length;
    expect(plan(aUser({ inline: [long('padding', 2_048 - denyAll)] })).room).toBeUndefined();
    expect(plan(aUser({ inline: [long('padding', 2_049 - denyAll)] })).room).toBeDefined();
  });
});
