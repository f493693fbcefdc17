import { describe, expect, it } from 'vitest';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import { iamIdentity, type PrincipalKind } from '../../../../src/domain/alert/principal.ts';
import {
  aFederatedUser,
  aDocument,
  anAlert,
  anIamUser,
  aPlanInput,
  aPolicy,
  aRole,
  aTrail,
  aTrailEvent,
  aUser,
  ids,
} from '../../../support/builders.ts';
import { actions, action, why, base, asRole } from './a-containment-plan.ts';

describe('an IAM user as the actor', () => {
  const other = { accessKeyId: 'AKIAI44QH8DHBEXAMPLE', status: 'Active' as const };
  const old = { accessKeyId: 'AKIAIOLDKEYOLDEXAMPL', status: 'Inactive' as const };

  it('loses all active keys', () => {
    const principal = aUser({ accessKeys: [...aUser().accessKeys, other, old] });
    expect(action('disable-access-keys', { principal })).toMatchObject({
      target: ids.userArn,
      calls: ['iam:UpdateAccessKey'],
      reversible: true,
      mayBreak: [
        `whatever runs with ${ids.accessKey}, the key of the export`,
        'whatever runs with AKIAI44QH8DHBEXAMPLE, which did not make the export',
      ],
      input: {
        act: 'setAccessKeyStatus',
        ...base,
        userName: 'mallory',
        keys: [
          { accessKeyId: ids.accessKey, before: 'Active', after: 'Inactive' },
          { accessKeyId: 'AKIAI44QH8DHBEXAMPLE', before: 'Active', after: 'Inactive' },
        ],
      },
    });
  });

  it('keeps its keys when there is none to switch off, or they could not be listed', () => {
    expect(why('disable-access-keys', { principal: aUser({ accessKeys: [old] }) })).toMatch(/no active access key/);
    const gaps = [{ what: 'access keys', why: 'AwsAccessDenied' }];
    expect(why('disable-access-keys', { principal: aUser({ accessKeys: [], gaps }) })).toMatch(/AwsAccessDenied/);
  });

  it('is denied everything, for sessions outlive their keys', () => {
    const document = aDocument({ Sid: 'VMXABCDEFGHIJDenyAll', Effect: 'Deny', Action: '*', Resource: '*' });
    expect(action('deny-actor')).toMatchObject({
      target: ids.userArn,
      calls: ['iam:PutUserPolicy'],
      before: null,
      after: document,
      input: {
        act: 'putInlinePolicy',
        ...base,
        holder: { type: 'user', name: 'mallory' },
        policyName: 'SOAR-VMX-ABCDEFGHIJ-deny-all',
        before: null,
        after: document,
      },
    });
    const inline = [{ name: 'SOAR-VMX-ABCDEFGHIJ-deny-all', document }];
    expect(why('deny-actor', { principal: aUser({ inline }) })).toMatch(/already/);
  });

  it('shows what it did lately as what a deny may break', () => {
    const actorTrail = aTrail([aTrailEvent(), aTrailEvent(), aTrailEvent({ eventName: 'PutMetricData' })]);
    expect(action('deny-actor', { actorTrail })?.mayBreak).toEqual([
      'everything that user mallory does, in the console too; lately DescribeInstances (2), PutMetricData (1)',
    ]);
  });
});

describe('a role as the actor', () => {
  it('has its older sessions revoked, everybody’s', () => {
    expect(action('revoke-role-sessions', asRole)).toMatchObject({
      target: ids.roleArn,
      calls: ['iam:PutRolePolicy'],
      reversible: true,
      mayBreak: [
        'everyone and everything with an older session of role backup: they assume it again',
        'who else has a session of role backup is not fully known: the trail of the role was not read',
      ],
      input: {
        act: 'revokeRoleSessions',
        ...base,
        roleName: 'backup',
        policyName: 'SOAR-VMX-ABCDEFGHIJ-revoke-sessions',
        before: null,
      },
    });
    expect(why('stop new sessions of role backup', asRole)).toContain('behind session nightly-run');
  });

  it('is the one of the call, by its id, in every act', () => {
    const roleId = 'AROAEXAMPLEBACKUP';
    const { actions } = containmentPlan(aPlanInput({ ...asRole, principal: aRole({ roleId }) }));
    expect(actions.find(({ id }) => id === 'revoke-role-sessions')?.input).toMatchObject({ roleId });
  });

  it('is not revoked twice', () => {
    const inline = [{ name: 'SOAR-VMX-ABCDEFGHIJ-revoke-sessions', document: aDocument() }];
    expect(why('revoke-role-sessions', { ...asRole, principal: aRole({ inline }) })).toMatch(/already/);
  });
});

describe('an actor that cannot be changed', () => {
  const by = (kind: PrincipalKind, changes = {}): Partial<PlanInput> => ({
    alert: anAlert({ principal: { ...anIamUser(), kind, ...changes } }),
    principal: null,
  });

  it.each<[string, Partial<PlanInput>, RegExp]>([
    ['root', by('root'), /^root: .*SCP/],
    ['an AWS service', by('aws-service', { invokedBy: 'backup.amazonaws.com' }), /backup\.amazonaws\.com/],
    ['another account', by('aws-account', { accountId: ids.outsideAccount }), /contain it there/],
    ['a user of another account', by('iam-user', { accountId: ids.outsideAccount }), /contain it there/],
    ['an Identity Center user', by('identity-center-user'), /identitystore:userId/],
    ['somebody unknown', by('unknown'), /nothing tells/],
    ['a user that IAM does not show', by('iam-user'), /could not be read in IAM/],
    ['a service-linked role', { ...asRole, principal: aRole({ serviceLinked: true }) }, /service-linked role backup/],
    [
      'a role that was made under the name of the one that called',
      { ...asRole, principal: aRole({ roleId: 'AROAOTHER' }) },
      /role backup is another one now: that of the call \(AROAEXAMPLEBACKUP\) was deleted/,
    ],
    [
      'an Identity Center role',
      { ...asRole, principal: aRole({ identityCenter: true }) },
      /Identity Center role backup/,
    ],
    [
      'a protected role',
      { ...asRole, policy: aPolicy({ protected: { principals: ['*:role/backup'], buckets: [] } }) },
      /^protected/,
    ],
    [
      'a responder',
      { ...asRole, policy: aPolicy({ responders: ['arn:aws:iam::*:role/backup'] }) },
      /^protected: .* responder/,
    ],
  ])('is left with the right way out: %s', (_who, changes, reason) => {
    expect(why('contain the actor', changes)).toMatch(reason);
    expect(actions(changes)).not.toEqual(expect.arrayContaining([expect.stringMatching(/actor|keys|revoke/)]));
    expect(actions(changes)).toContain('deny-export-reads');
  });
});

describe('a federated session', () => {
  const federated: Partial<PlanInput> = { alert: anAlert({ principal: aFederatedUser() }), principal: aUser() };

  it('has the user contained who gave it, whose rights it has', () => {
    expect(action('deny-actor', federated)).toMatchObject({ input: { holder: { type: 'user', name: 'mallory' } } });
    expect(iamIdentity(aFederatedUser())).toEqual({ type: 'user', name: 'mallory' });
  });

  it('of root is nobody’s whom IAM holds', () => {
    expect(iamIdentity(aFederatedUser({ issuerArn: `arn:aws:iam::${ids.account}:root` }))).toBeNull();
    expect(iamIdentity(aFederatedUser({ issuerArn: `arn:aws:iam::${ids.account}:user/teams/it/carol` }))).toEqual({
      type: 'user',
      name: 'carol',
    });
  });
});
