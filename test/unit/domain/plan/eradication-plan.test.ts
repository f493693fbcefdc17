import { describe, expect, it } from 'vitest';
import { eradicationPlan } from '../../../../src/domain/plan/eradication-plan.ts';
import { exportActions } from '../../../../src/domain/policy/export-permission.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import {
  aDocument,
  aManagedPolicy,
  anAlert,
  anAllow,
  aFailedAlert,
  aPlanInput,
  aPolicy,
  aRole,
  aRoleSession,
  aUser,
  ids,
} from '../../../support/builders.ts';

const plan = (principal: PlanInput['principal'], changes: Partial<PlanInput> = {}) =>
  eradicationPlan(aPlanInput({ principal, ...changes }));
const why = (made: ReturnType<typeof plan>, what: string) =>
  made.notPlanned.find((entry) => entry.what.startsWith(what))?.why;

const base = { incidentKey: ids.incidentKey, accountId: ids.account, region: ids.region };
const exporting = aDocument(anAllow({ Action: ['ec2:ExportImage', 'ec2:DescribeInstances'] }));
const narrowed = aDocument(anAllow({ Action: ['ec2:DescribeInstances'] }));
const deny = { Sid: 'VMXABCDEFGHIJDenyExport', Effect: 'Deny', Action: exportActions, Resource: '*' };
const awsManaged = aManagedPolicy({
  arn: 'arn:aws:iam::aws:policy/PowerUserAccess',
  name: 'PowerUserAccess',
  document: aDocument(anAllow()),
  awsManaged: true,
  attachmentCount: 900,
});

describe('the eradication plan', () => {
  it('narrows an inline policy of the user', () => {
    const made = plan(aUser({ inline: [{ name: 'exports', document: exporting }] }));
    expect(made.actions).toMatchObject([
      {
        id: 'narrow-permission',
        target: ids.userArn,
        calls: ['iam:PutUserPolicy'],
        mayBreak: [],
        reversible: true,
        input: {
          act: 'putInlinePolicy',
          ...base,
          holder: { type: 'user', name: 'mallory' },
          policyName: 'exports',
          before: exporting,
          after: narrowed,
        },
      },
    ]);
  });

  it('deletes an inline policy that grants nothing else', () => {
    const document = aDocument(anAllow({ Action: 'ec2:ExportImage' }));
    const made = plan(aRole({ inline: [{ name: 'exports', document }] }), {
      alert: anAlert({ principal: aRoleSession() }),
    });
    expect(made.actions).toMatchObject([
      {
        calls: ['iam:DeleteRolePolicy'],
        after: null,
        mayBreak: ['everyone else who assumes role backup to export instances'],
        input: { after: null },
      },
    ]);
  });

  it('narrows the inline policy of a group and names the other members', () => {
    const group = { name: 'ops', inline: [{ name: 'exports', document: exporting }], attached: [] };
    expect(plan(aUser({ groups: [group] })).actions).toMatchObject([
      {
        target: 'arn:aws:iam::111111111111:group/ops',
        calls: ['iam:PutGroupPolicy'],
        mayBreak: ['every other member of group ops who exports instances'],
        input: { holder: { type: 'group', name: 'ops' }, after: narrowed },
      },
    ]);
  });

  it('gives a customer managed policy a new version, once, and counts whom else it hits', () => {
    const policy = aManagedPolicy({ document: exporting, attachmentCount: 4 });
    const group = { name: 'ops', inline: [], attached: [policy] };
    expect(plan(aUser({ attached: [policy], groups: [group] })).actions).toMatchObject([
      {
        id: 'narrow-permission',
        target: policy.arn,
        calls: ['iam:CreatePolicyVersion'],
        mayBreak: [
          '3 other user(s), role(s) or group(s) that the policy is attached to',
          'where the policy has five versions already, the oldest one is deleted',
        ],
        input: { act: 'setManagedPolicy', ...base, policyArn: policy.arn, before: exporting, after: narrowed },
      },
    ]);
  });

  it('turns a managed policy that grants nothing else into a Deny, for it cannot be empty', () => {
    const policy = aManagedPolicy({ document: aDocument(anAllow({ Action: exportActions })) });
    expect(plan(aUser({ attached: [policy] })).actions).toMatchObject([{ input: { after: aDocument(deny) } }]);
  });

  it('adds a Deny to a wildcard', () => {
    const document = aDocument(anAllow({ Action: 'ec2:*' }));
    const made = plan(aUser({ inline: [{ name: 'ec2', document }] }));
    expect(made.actions).toMatchObject([{ input: { after: aDocument(...document.Statement, deny) } }]);
  });

  it('overrules AWS’s own policies by one Deny on their holder', () => {
    const other = { ...awsManaged, arn: 'arn:aws:iam::aws:policy/AdministratorAccess', name: 'AdministratorAccess' };
    expect(plan(aUser({ attached: [awsManaged, other] })).actions).toMatchObject([
      {
        id: 'narrow-permission',
        target: ids.userArn,
        calls: ['iam:PutUserPolicy'],
        input: {
          act: 'putInlinePolicy',
          holder: { type: 'user', name: 'mallory' },
          policyName: 'SOAR-VMX-ABCDEFGHIJ-deny-export',
          before: null,
          after: aDocument(deny),
        },
      },
    ]);
  });

  it('names several actions after their policies, and after the holder where two share a name', () => {
    const group = { name: 'ops', inline: [{ name: 'exports', document: exporting }], attached: [awsManaged] };
    const made = plan(
      aUser({
        inline: [{ name: 'exports', document: exporting }],
        attached: [aManagedPolicy({ document: exporting })],
        groups: [group],
      }),
    );
    expect(made.actions.map(({ id }) => id)).toEqual([
      'narrow-permission:user/mallory/exports',
      'narrow-permission:exporters',
      'narrow-permission:group/ops/exports',
      'narrow-permission:PowerUserAccess',
    ]);
  });

  it('leaves policies of this incident’s own containment alone', () => {
    const own = { name: 'SOAR-VMX-ABCDEFGHIJ-deny-all', document: aDocument(anAllow()) };
    const done = { name: 'SOAR-VMX-ABCDEFGHIJ-deny-export', document: aDocument(deny) };
    expect(plan(aUser({ inline: [own, done], attached: [awsManaged] })).actions).toEqual([]);
  });

  it('has nothing more to do where it has been carried out', () => {
    const inline = [{ name: 'exports', document: narrowed }];
    expect(plan(aUser({ inline })).actions).toEqual([]);
  });

  it('says where else the permission may come from when no policy grants it', () => {
    expect(why(plan(aUser()), 'narrow-permission')).toMatch(/resource or session policy/);
  });

  it('says what it could not read', () => {
    const made = plan(aUser({ gaps: [{ what: 'groups of user mallory', why: 'AwsAccessDenied' }] }));
    expect(why(made, 'narrow-permission: groups of user mallory')).toBe('AwsAccessDenied');
  });

  it('does not touch what is protected', () => {
    const group = { name: 'ops', inline: [{ name: 'exports', document: exporting }], attached: [] };
    const principals = ['*:group/ops', '*:policy/exporters'];
    const made = plan(aUser({ attached: [aManagedPolicy()], groups: [group] }), {
      policy: aPolicy({ protected: { principals, buckets: [] } }),
    });
    expect(made.actions).toEqual([]);
    expect(why(made, 'narrow-permission: arn:aws:iam::111111111111:group/ops')).toMatch(/^protected/);
    expect(why(made, 'narrow-permission: arn:aws:iam::111111111111:policy/exporters')).toMatch(/^protected/);
  });

  it('leaves actors that cannot be changed with the way out', () => {
    expect(why(plan(null, { alert: anAlert({ principal: { kind: 'root' } }) }), 'narrow-permission')).toMatch(/SCP/);
  });

  it('leaves rotation and the service role of an image export to people', () => {
    const what = (alert: PlanInput['alert']) => plan(aUser(), { alert }).notPlanned.map((entry) => entry.what);
    expect(what(anAlert({ eventName: 'ExportImage', roleName: 'exporter' }))).toEqual([
      'narrow-permission',
      'where the permission came from (S105)',
      'rotate the credentials of user mallory (S109)',
      'rotate the secrets that were on the exported machine (S109)',
      'review service role exporter and who may pass it',
    ]);
    expect(what(aFailedAlert())).not.toContain('rotate the secrets that were on the exported machine (S109)');
    const tracked = aPolicy({ rotation: { wait: 1, remind: 1 } });
    expect(
      eradicationPlan(aPlanInput({ policy: tracked }))
        .notPlanned.map(({ what }) => what)
        .join(),
    ).not.toMatch(/S109/);
  });
});
