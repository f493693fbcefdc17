import { describe, expect, it } from 'vitest';
import { permissionChange } from '../../../../src/domain/cloudtrail/permission-changes.ts';
import { eradicationPlan } from '../../../../src/domain/plan/eradication-plan.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import { roleSessionsIn } from '../../../../src/domain/plan/role-sessions.ts';
import {
  aDocument,
  aManagedPolicy,
  anAlert,
  anAllow,
  aPlanInput,
  aRole,
  aRoleSession,
  aTrail,
  aTrailEvent,
  aUser,
  ids,
} from '../../../support/builders.ts';
import { permissionTrail } from '../../../../src/domain/findings/permission-trail.ts';
import type { PermissionChange } from '../../../../src/domain/findings/trail-facts.ts';
import type { PrincipalFacts } from '../../../../src/domain/findings/principal-facts.ts';

const exporting = anAllow({ Sid: 'Export', Action: ['ec2:CreateInstanceExportTask', 'ec2:DescribeInstances'] });
const listing = anAllow({ Action: 's3:ListAllMyBuckets' });
const document = aDocument(listing, exporting, anAllow({ Action: 'ec2:ExportImage' }));
const plan = (principal: PrincipalFacts, changes: Partial<PlanInput> = {}) =>
  eradicationPlan(aPlanInput({ principal, ...changes }));
const why = (principal: PrincipalFacts, changes: Partial<PlanInput> = {}, what = 'where the permission came from') =>
  plan(principal, changes).notPlanned.find((entry) => entry.what.startsWith(what))?.why;
const mallory = aUser({ inline: [{ name: 'own', document }] });

describe('what a call changed about permissions', () => {
  const called = (eventName: string, requestParameters: object) => permissionChange({ eventName, requestParameters });
  const policyDocument = JSON.stringify(document);

  it('is what it wrote, and whether that allows an export by which statements', () => {
    expect(called('PutUserPolicy', { userName: 'mallory', policyName: 'own', policyDocument })).toEqual({
      effect: 'allows',
      holder: 'user mallory',
      policy: 'own',
      statements: ['statement Export', 'statement 3'],
    });
    const harmless = JSON.stringify(aDocument(listing));
    expect(called('CreatePolicyVersion', { policyArn: 'arn', policyDocument: harmless })).toEqual({
      effect: 'does not allow',
      policy: 'arn',
      statements: [],
    });
  });

  it('is unknown where the record names what was joined, not what that holds', () => {
    expect(called('AttachRolePolicy', { roleName: 'backup', policyArn: 'arn' })).toEqual({
      effect: 'unknown',
      holder: 'role backup',
      policy: 'arn',
    });
    expect(called('AddUserToGroup', { userName: 'mallory', groupName: 'ops' })).toEqual({
      effect: 'unknown',
      holder: 'user mallory in group ops',
    });
    for (const broken of ['{', 'null', 7, 'x'.repeat(20_001)]) {
      expect(called('PutGroupPolicy', { groupName: 'ops', policyDocument: broken })).toEqual({
        effect: 'unknown',
        holder: 'group ops',
      });
    }
  });

  it('is that something was taken away, or nothing at all', () => {
    expect(called('DetachUserPolicy', { userName: 'mallory', policyArn: 'arn' })?.effect).toBe('takes away');
    expect(called('RemoveUserFromGroup', { userName: 'mallory', groupName: 'ops' })?.effect).toBe('takes away');
    const boundary = 'arn:aws:iam::111111111111:policy/limits';
    expect(called('PutUserPermissionsBoundary', { userName: 'mallory', permissionsBoundary: boundary })).toEqual({
      effect: 'takes away',
      holder: 'user mallory',
      policy: boundary,
      boundary: true,
    });
    expect(called('DeleteRolePermissionsBoundary', { roleName: 'ci' })).toEqual({
      effect: 'unknown',
      holder: 'role ci',
      boundary: true,
    });
    expect(called('GetUserPolicy', { userName: 'mallory', policyName: 'own' })).toBeUndefined();
    expect(permissionChange(null)).toBeUndefined();
  });
});

describe('where the permission to export came from', () => {
  const changed = (time: string, eventName: string, permission: PermissionChange, eventId = eventName) =>
    aTrailEvent({ eventId, time, eventName, permission });
  const gave = changed('2026-03-02T09:00:00Z', 'PutUserPolicy', {
    effect: 'allows',
    holder: 'user mallory',
    policy: 'own',
    statements: ['statement Export'],
  });
  const hid = changed('2026-03-02T11:00:00Z', 'DetachUserPolicy', {
    effect: 'takes away',
    holder: 'user mallory',
    policy: 'exporters',
  });

  it('names the statement that allows the call now, of whichever policy, and no other', () => {
    const group = { name: 'ops', inline: [], attached: [aManagedPolicy({ document })] };
    expect(why(aUser({ inline: [{ name: 'own', document }], groups: [group] }))).toBe(
      'statement Export of inline policy own of user mallory; statement Export of policy exporters of group ops ' +
        'allows ec2:CreateInstanceExportTask now; changes of it were not read',
    );
  });

  it('tells what was changed before the export and since, once each, in its order', () => {
    const trail = permissionTrail([aTrail([hid, gave]), aTrail([gave]), aTrail([aTrailEvent()])]);
    expect(why(aUser(), { permissionTrail: trail })).toBe(
      'no policy of now allows ec2:CreateInstanceExportTask; ' +
        `before the export PutUserPolicy own of user mallory at 2026-03-02T09:00:00Z by ${ids.userArn}, ` +
        'which allows exports by statement Export; ' +
        `since the export DetachUserPolicy exporters of user mallory at 2026-03-02T11:00:00Z by ${ids.userArn}, ` +
        'which takes permissions away',
    );
  });

  it('leaves refused calls out, and says when there were no changes and when that is not certain', () => {
    const refused = { ...gave, errorCode: 'AccessDenied' };
    expect(permissionTrail([aTrail([refused])])).toEqual({ changes: [], incomplete: null });
    expect(why(mallory, { permissionTrail: permissionTrail([aTrail()]) })).toMatch(/; no change of it in the window$/);
    const cut = permissionTrail([aTrail(), aTrail([], { truncated: true })]);
    expect(why(mallory, { permissionTrail: cut })).toMatch(/incomplete: the trail was not read to its end$/);
    expect(why(mallory, { permissionTrail: permissionTrail([null]) })).toMatch(/incomplete: a trail was not read$/);
  });

  it('leaves out what this incident itself has written since', () => {
    const own = {
      ...hid,
      permission: { effect: 'does not allow' as const, policy: `SOAR-${ids.incidentKey}-deny-all` },
    };
    expect(why(mallory, { permissionTrail: permissionTrail([aTrail([own])]) })).toMatch(
      /; no change of it in the window$/,
    );
  });

  it('counts what is more than ten', () => {
    const many = Array.from({ length: 12 }, (_, n) => ({ ...gave, eventId: `${n}` }));
    expect(why(mallory, { permissionTrail: permissionTrail([aTrail(many)]) })).toContain('and 2 earlier changes');
  });
});

describe('a plan that takes the permission away', () => {
  it('names the statements that it changes', () => {
    const titles = plan(mallory).actions.map(({ title }) => title);
    expect(titles).toEqual([
      'Inline policy own of user mallory: take ec2:CreateInstanceExportTask, ec2:ExportImage out of statement Export, statement 3',
    ]);
    const wildcard = aUser({ inline: [{ name: 'own', document: aDocument(listing, anAllow({ Action: 'ec2:*' })) }] });
    expect(plan(wildcard).actions[0]?.title).toContain('deny the export beside the wildcard of statement 2');
  });

  it('names who else loses something, as far as it was read', () => {
    const policy = aManagedPolicy({ document, attachmentCount: 4 });
    const group = { name: 'ops', inline: [{ name: 'g', document }], attached: [] };
    const people = Array.from({ length: 12 }, (_, n) => `user person${n}`);
    const policyUsers = {
      policies: { [policy.arn]: ['user mallory', 'role deploy', 'group ops'] },
      groups: { ops: ['user mallory', ...people] },
    };
    const principal = aUser({ attached: [policy], groups: [group] });
    const [ofGroup, ofPolicy] = plan(principal, { policyUsers }).actions.toReversed();
    expect(ofPolicy?.mayBreak[0]).toBe('role deploy, group ops: the policy is attached to them, too');
    expect(ofGroup?.mayBreak).toEqual([
      `${people.slice(0, 10).join(', ')} and 2 more, in group ops: they export no instances any more`,
    ]);
    const alone = { policies: { [policy.arn]: ['user mallory'] }, groups: { ops: ['user mallory'] } };
    expect(plan(principal, { policyUsers: alone }).actions.flatMap(({ mayBreak }) => mayBreak)).toEqual([
      'where the policy has five versions already, the oldest one is deleted',
    ]);
    const unread = { policies: {}, groups: {} };
    expect(plan(principal, { policyUsers: unread }).actions.flatMap(({ mayBreak }) => mayBreak)).toEqual([
      '3 other user(s), role(s) or group(s) that the policy is attached to',
      'where the policy has five versions already, the oldest one is deleted',
      'every other member of group ops who exports instances',
    ]);
  });

  it('names who else had a session of the role', () => {
    const taken = (n: number) =>
      aTrailEvent({ session: { accessKeyId: `ASIA${n}`, roleArn: ids.roleArn, sessionName: `person${n}` } });
    const principal = aRole({ inline: [{ name: 'own', document }] });
    const roleSessions = [roleSessionsIn(principal, aTrail([taken(1), taken(2), taken(1)]))];
    const alert = anAlert({ principal: aRoleSession() });
    const lineage = {
      behind: [],
      taken: [{ accessKeyId: 'ASIA2', at: '', via: 'AssumeRole', roleArn: ids.roleArn }],
      made: [],
      gaps: [],
    };
    expect(plan(principal, { alert, roleSessions, lineage }).actions[0]?.mayBreak).toEqual([
      'everyone else who assumes role backup to export instances; in the window person1 had a session of it',
    ]);
  });

  it('tells which of these permissions the actor used', () => {
    const event = aTrailEvent({ eventName: 'CreateInstanceExportTask' });
    const actorTrail = aTrail([event, { ...event, eventId: '2' }, aTrailEvent()]);
    const { from, to } = actorTrail;
    expect(plan(mallory, { actorTrail }).actions[0]?.mayBreak).toEqual([
      `between ${from} and ${to} the actor's key called ec2:CreateInstanceExportTask (2)`,
    ]);
    const cut = aTrail([], { truncated: true });
    expect(plan(mallory, { actorTrail: cut }).actions[0]?.mayBreak[0]).toMatch(
      /called none of these, as far as is known: the trail was not read to its end$/,
    );
  });
});

describe('the service role of an image export', () => {
  const review = (principal: PrincipalFacts, exportRole?: PrincipalFacts | null) =>
    why(
      principal,
      { alert: anAlert({ eventName: 'ExportImage', roleName: 'importer' }), ...(exportRole ? { exportRole } : {}) },
      'review service role importer',
    );
  const trusting = (Principal: Record<string, string>) =>
    aRole({ name: 'importer', trust: aDocument({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }) });

  it('is named with who may pass it and who may assume it', () => {
    const passing = aUser({ inline: [{ name: 'own', document: aDocument(anAllow({ Action: 'iam:PassRole' })) }] });
    expect(review(passing, trusting({ Service: 'vmie.amazonaws.com', AWS: ids.outsideAccount }))).toBe(
      'ExportImage works with the rights of that role, not with those of its caller; ' +
        'the actor may pass roles by statement 1 of inline policy own of user mallory; ' +
        `beside vmie.amazonaws.com it may be assumed by ${ids.outsideAccount}`,
    );
    expect(review(aUser(), trusting({ Service: 'vmie.amazonaws.com' }))).toMatch(
      /no policy lets the actor pass roles; nobody but vmie\.amazonaws\.com may assume it$/,
    );
    expect(review(aUser())).toMatch(/who may assume it was not read$/);
  });
});
