import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { permissions } from '../../../activities/aws/permissions/table.ts';
import { iamFiles } from '../../../src/deploy/files.ts';
import { templates } from '../../../src/deploy/templates.ts';

interface Role {
  Type: string;
  Properties: {
    MaxSessionDuration: number;
    AssumeRolePolicyDocument: { Statement: { Principal: object; Condition: object }[] };
    Policies: { PolicyDocument: { Statement: { Action: string[]; Resource: unknown[] }[] } }[];
  };
}
const files = iamFiles();
const templateOf = (name: string) =>
  parse(files[`cloudformation/${name}.yaml`] ?? '') as {
    Parameters: Record<string, { Type: string; AllowedPattern?: string }>;
    Resources: Record<string, Role>;
  };
const roles = templates.flatMap(({ name }) =>
  Object.entries(templateOf(name).Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role'),
);

describe('the files in deploy/iam', () => {
  it.each(Object.entries(files))(
    '%s is what the table of permissions makes of it: npm run deploy:iam',
    async (name, content) => {
      expect(await readFile(new URL(`../../../deploy/iam/${name}`, import.meta.url), 'utf8')).toBe(content);
    },
  );

  it('have every role of the table, with its actions and no others', () => {
    const deployed = templates.flatMap(({ roles }) => roles.map(({ role }) => role));
    expect(deployed.sort()).toEqual(Object.keys(permissions).sort());
    for (const [name, { Properties }] of roles) {
      const role = `${name[0]?.toLowerCase() ?? ''}${name.slice(1, -'Role'.length)}` as keyof typeof permissions;
      const allowed = Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
      const actions = new Set(allowed.flatMap(({ Action }) => Action));
      expect([...actions].sort(), name).toEqual([...new Set(permissions[role].map(({ action }) => action))].sort());
      expect([...actions].filter((action) => action.includes('*'))).toEqual([]);
    }
  });

  it('let one principal assume each role, for an hour at most, and only with the external id, to act only for an incident', () => {
    for (const [name, { Properties }] of roles) {
      expect(Properties.MaxSessionDuration, name).toBe(3600);
      expect(Properties.AssumeRolePolicyDocument.Statement, name).toEqual([
        {
          Effect: 'Allow',
          Principal: { AWS: { Ref: expect.stringMatching(/Principals?$/) as string } },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'sts:ExternalId': { 'Fn::Sub': '${ExternalId}' } },
            ...(['ContainRole', 'IsolateRole'].includes(name)
              ? { StringLike: { 'sts:RoleSessionName': 'soar-contain-VMX-*' } }
              : {}),
          },
        },
      ]);
    }
    for (const { name } of templates) {
      const own = Object.values(templateOf(name).Resources).filter(({ Type }) => Type === 'AWS::IAM::Role');
      const principals = own.map(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement[0]?.Principal);
      expect(new Set(principals.map((principal) => JSON.stringify(principal))).size, name).toBe(own.length);
      const pattern = new RegExp(templateOf(name).Parameters['ExternalId']?.AllowedPattern ?? '');
      expect([pattern.test('0123456789abcdef'), pattern.test('short'), pattern.test('')]).toEqual([true, false, false]);
    }
  });

  it('name the resources wherever IAM can, and everything only where it cannot', () => {
    const everywhere = roles.flatMap(([, { Properties }]) =>
      Properties.Policies.flatMap(({ PolicyDocument }) =>
        PolicyDocument.Statement.filter(({ Resource }) => Resource.includes('*')).flatMap(({ Action }) => Action),
      ),
    );
    // Metrics, lists of EC2, of buckets, access points, users, roles and policies, LookupEvents, what is set for a whole account, and what is not made yet.
    const listing =
      /^((ec2|config|cloudtrail):Describe\w+|ec2:\w+EbsEncryptionByDefault|organizations:(ListPolicies|CreatePolicy)|s3:List(AllMyBuckets|AccessPoints)|cloudtrail:LookupEvents|iam:List(Users|Roles)|cloudwatch:GetMetricData)$/;
    expect(everywhere.filter((action) => !listing.test(action))).toEqual([]);
    expect(everywhere.length).toBeGreaterThan(0);
  });
});
