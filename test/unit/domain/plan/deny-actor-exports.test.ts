import { describe, expect, it } from 'vitest';
import { denyActorExports } from '../../../../src/domain/plan/deny-actor-exports.ts';
import { exportActions } from '../../../../src/domain/policy/export-permission.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import {
  aDocument,
  aFailedAlert,
  aManagedPolicy,
  anAlert,
  anAllow,
  aPlanInput,
  aPolicy,
  aRole,
  aRoleSession,
  aUser,
  ids,
} from '../../../support/builders.ts';
import type { PrincipalFacts } from '../../../../src/domain/findings/principal-facts.ts';

const deny = { Sid: 'VMXABCDEFGHIJDenyExport', Effect: 'Deny', Action: exportActions, Resource: '*' };
const policyName = 'SOAR-VMX-ABCDEFGHIJ-deny-export';
const planned = (principal: PrincipalFacts | null, changes: Partial<PlanInput> = {}) =>
  denyActorExports(aPlanInput({ principal, permissionTaken: false, ...changes }));
const why = (text: string) => ({ what: 'deny-actor-exports', why: expect.stringContaining(text) as string });
const exporting = { name: 'own', document: aDocument(anAllow({ Action: 'ec2:*' })) };

describe('denying the calls of an export to the actor', () => {
  it('is planned where none of its policies allows what it did', () => {
    expect(planned(aUser())).toMatchObject({
      id: 'deny-actor-exports',
      title: `Deny ${exportActions.join(', ')} to user mallory: none of its policies allows it, and yet it did`,
      calls: ['iam:PutUserPolicy'],
      reversible: true,
      input: {
        act: 'putInlinePolicy',
        holder: { type: 'user', name: 'mallory' },
        policyName,
        before: null,
        after: aDocument(deny),
      },
    });
    const role = planned(aRole(), { alert: anAlert({ principal: aRoleSession() }) });
    expect(role).toMatchObject({
      calls: ['iam:PutRolePolicy'],
      mayBreak: ['everyone else who assumes role backup to export instances'],
    });
  });

  it('is planned where policies could not be read, or what allows it is protected', () => {
    const gaps = [{ what: 'groups of user mallory', why: 'AwsAccessDenied' }];
    expect(planned(aUser({ gaps }), { permissionTaken: true })).toMatchObject({
      title: expect.stringContaining('not fully read (groups of user mallory)') as string,
    });
    const keys = [{ what: 'access keys', why: 'AwsAccessDenied' }];
    expect(planned(aUser({ gaps: keys }), { permissionTaken: true })).toEqual(why('is enough'));
    const managed = aManagedPolicy();
    const policy = aPolicy({ protected: { principals: [managed.arn], buckets: [] } });
    expect(planned(aUser({ attached: [managed] }), { policy })).toMatchObject({
      title: expect.stringContaining('policy exporters allows it and is protected') as string,
    });
  });

  it('is not planned where eradication is enough, was left out, or has not been tried', () => {
    expect(planned(aUser(), { permissionTaken: true })).toEqual(why('is enough'));
    expect(planned(aUser({ inline: [exporting] }))).toEqual(why('is enough'));
    expect(denyActorExports(aPlanInput({ principal: aUser() }))).toEqual(why('is enough'));
    expect(planned(aUser(), { alert: aFailedAlert() })).toEqual(why('is enough'));
  });

  it('is not planned twice, and looks through the other policies of this incident', () => {
    const done = { name: policyName, document: aDocument(deny) };
    expect(planned(aUser({ inline: [done] }))).toEqual(why('denied the calls already'));
    const own = { name: `SOAR-${ids.incidentKey}-deny-all`, document: aDocument(anAllow()) };
    expect(planned(aUser({ inline: [own] }))).toMatchObject({ id: 'deny-actor-exports' });
  });

  it('touches nobody who is protected, a responder, or unread', () => {
    const policy = aPolicy({ protected: { principals: [ids.userArn], buckets: [] } });
    expect(planned(aUser(), { policy })).toEqual(why('protected'));
    const responders = aPolicy({ responders: [ids.userArn] });
    expect(planned(aUser(), { policy: responders })).toEqual(why('is a responder'));
    expect(planned(null)).toEqual(why('could not be read'));
  });
});
