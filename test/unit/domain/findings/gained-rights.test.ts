import { describe, expect, it } from 'vitest';
import type { Investigated } from '../../../../src/domain/findings/investigated.ts';
import { permissionAtExport } from '../../../../src/domain/findings/permission-at-export.ts';
import { privilegeGained } from '../../../../src/domain/findings/privilege-gained.ts';
import {
  aCaseFile,
  aDocument,
  aFailedAlert,
  anAllow,
  anAlert,
  aManagedPolicy,
  anIamUser,
  aRole,
  aTrail,
  aTrailEvent,
  aUser,
} from '../../../support/builders.ts';
import type { PermissionChange, TrailEvent } from '../../../../src/domain/findings/trail-facts.ts';

const file = (changes: Partial<Investigated> = {}): Investigated => ({
  ...aCaseFile(),
  ...{ principal: aUser(), bucketTrail: aTrail(), lineage: null, permissionTrails: [aTrail()], policyUsers: null },
  ...changes,
});
const allows: PermissionChange = { effect: 'allows', holder: 'user mallory', policy: 'exporters', statements: ['X'] };
const given = (changes: Partial<TrailEvent> = {}): TrailEvent =>
  aTrailEvent({
    eventName: 'PutUserPolicy',
    eventSource: 'iam.amazonaws.com',
    readOnly: false,
    principalArn: 'arn:aws:iam::111111111111:user/giver',
    permission: allows,
    ...changes,
  });
const after = '2026-03-02T10:30:00Z';

describe('rights gained before the export', () => {
  it('are told with who gave them, whoever it was', () => {
    expect(privilegeGained(file({ permissionTrails: [aTrail([given()])] }))).toMatchObject({
      answer: 'yes',
      detail:
        'PutUserPolicy exporters of user mallory, which allows exports, at 2026-03-02T09:50:00Z by ' +
        'arn:aws:iam::111111111111:user/giver',
    });
  });

  it.each([
    [
      'PassRole',
      { permission: { ...allows, effect: 'does not allow' as const, passesRoles: true } },
      /allows passing roles/,
    ],
    [
      'a key',
      { eventName: 'CreateAccessKey', wayIn: { kind: 'access-key' as const, name: 'mallory' } },
      /access-key mallory/,
    ],
    [
      'a trust policy',
      { eventName: 'UpdateAssumeRolePolicy', wayIn: { kind: 'trust' as const, name: 'admin' } },
      /trust admin/,
    ],
    [
      'a password',
      { eventName: 'CreateLoginProfile', wayIn: { kind: 'login' as const, name: 'mallory' } },
      /login mallory/,
    ],
    [
      'a group',
      { eventName: 'AddUserToGroup', permission: { effect: 'unknown' as const, holder: 'user mallory in group ops' } },
      /AddUserToGroup user mallory in group ops/,
    ],
    [
      'a role for a machine',
      { eventName: 'RunInstances', passedRole: 'admin-profile' },
      /RunInstances with role admin-profile/,
    ],
    [
      'a bucket policy',
      { eventName: 'PutBucketPolicy', resources: ['acme-vm-exports'] },
      /PutBucketPolicy of acme-vm-exports/,
    ],
  ])('may be %s', (_what, changes, words) => {
    const { permission: _, ...event } = given();
    const actorTrail = aTrail([{ ...event, ...changes }]);
    expect(privilegeGained(file({ actorTrail }))).toMatchObject({
      answer: 'yes',
      detail: expect.stringMatching(words) as unknown,
    });
  });

  it('are none when they came after the export, were refused, taken away or set by a responder', () => {
    for (const quiet of [
      given({ time: after }),
      given({ errorCode: 'AccessDenied' }),
      given({ permission: { effect: 'takes away' } }),
      given({ principalArn: 'arn:aws:sts::111111111111:assumed-role/soar-contain/x' }),
    ]) {
      expect(privilegeGained(file({ permissionTrails: [aTrail([quiet])] })).answer).toBe('no');
    }
  });

  it('are found where sessions of the actor made ways in', () => {
    const made = [{ kind: 'user' as const, name: 'backdoor', at: '2026-03-02T09:00:00Z' }];
    const lineage = { behind: [], taken: [], made, gaps: [] };
    expect(privilegeGained(file({ lineage })).detail).toBe('user backdoor at 2026-03-02T09:00:00Z');
  });

  it('are not excluded by what was not read', () => {
    expect(privilegeGained(file({ permissionTrails: null })).answer).toBe('unknown');
    expect(privilegeGained(file({ permissionTrails: [aTrail(), null] })).answer).toBe('unknown');
    expect(privilegeGained(file({ bucketTrail: aTrail([], { truncated: true }) })).answer).toBe('unknown');
    expect(privilegeGained(file({ actorTrail: null })).answer).toBe('unknown');
  });
});

describe('how the actor could export', () => {
  const principal = aUser({ attached: [aManagedPolicy()] });

  it('is as it is now where nothing was changed since, with who else can', () => {
    const policyUsers = { policies: { x: ['user mallory', 'role ci'] }, groups: {} };
    expect(permissionAtExport(file({ principal, policyUsers }))).toMatchObject({
      answer: 'yes',
      detail:
        'statement 1 of policy exporters of user mallory allows ec2:CreateInstanceExportTask, and nothing of it was changed since ' +
        'the export; the same way is open to role ci; ' +
        'not looked at: service control policies and session policies of that time',
    });
  });

  it('names who may assume the role', () => {
    const role = aRole({
      inline: [{ name: 'all', document: aDocument(anAllow()) }],
      trust: aDocument(anAllow({ Action: 'sts:AssumeRole', Principal: { AWS: 'arn:aws:iam::111111111111:root' } })),
    });
    expect(permissionAtExport(file({ principal: role })).detail).toMatch(
      /may be assumed by arn:aws:iam::111111111111:root; not looked at/,
    );
  });

  it('is what the trail shows being given before, though it is gone now', () => {
    const taken = given({
      eventId: 'gone',
      time: after,
      eventName: 'DeleteUserPolicy',
      permission: { effect: 'takes away' },
    });
    const found = permissionAtExport(file({ permissionTrails: [aTrail([taken, given()])] }));
    expect(found).toMatchObject({
      answer: 'yes',
      detail: expect.stringMatching(
        /^given by PutUserPolicy exporters of user mallory .*; changed since: DeleteUserPolicy/,
      ) as unknown,
    });
  });

  it('names the boundary that was set or taken away before, and is not known where it was changed since', () => {
    const lifted = given({
      eventName: 'DeleteUserPermissionsBoundary',
      permission: { effect: 'unknown', holder: 'user mallory', boundary: true },
    });
    const found = (event: TrailEvent) => permissionAtExport(file({ principal, permissionTrails: [aTrail([event])] }));
    expect(found(lifted)).toMatchObject({
      answer: 'yes',
      detail: expect.stringContaining('boundary changed: DeleteUserPermissionsBoundary user mallory at') as unknown,
    });
    expect(found({ ...lifted, time: after }).answer).toBe('unknown');
  });

  it('is not known where policies changed since, or the trail is not whole', () => {
    const changed = given({ time: after });
    expect(permissionAtExport(file({ principal, permissionTrails: [aTrail([changed])] })).answer).toBe('unknown');
    const half = aTrail([], { truncated: true });
    expect(permissionAtExport(file({ principal, permissionTrails: [half] })).answer).toBe('unknown');
    expect(permissionAtExport(file({ principal: null })).answer).toBe('unknown');
    expect(permissionAtExport(file()).answer).toBe('unknown');
  });

  it('was none where AWS refused, and needs none for root', () => {
    expect(permissionAtExport(file({ alert: aFailedAlert() })).detail).toMatch(/^it had none/);
    expect(permissionAtExport(file({ alert: aFailedAlert({ errorCode: 'Client.InvalidParameter' }) })).answer).toBe(
      'unknown',
    );
    const root = anAlert({ principal: anIamUser({ kind: 'root' }) });
    expect(permissionAtExport(file({ alert: root, principal: null })).detail).toMatch(/root user/);
  });
});
