import { describe, expect, it } from 'vitest';
import { iamObserve } from '../../../../activities/iam/observe.ts';
import { awsDouble, place, throwing } from '../aws-double.ts';

const document = (action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});
const encoded = (action: string) => encodeURIComponent(JSON.stringify(document(action)));
const exportArn = 'arn:aws:iam::111111111111:policy/export';

const user = {
  GetUser: () => ({
    User: {
      UserName: 'Mallory',
      Path: '/',
      Arn: 'arn:aws:iam::111111111111:user/Mallory',
      PermissionsBoundary: { PermissionsBoundaryArn: 'arn:aws:iam::111111111111:policy/boundary' },
    },
  }),
  ListAccessKeys: () => ({
    AccessKeyMetadata: [{ AccessKeyId: 'AKIA1', Status: 'Active', CreateDate: new Date('2026-01-01T00:00:00Z') }],
  }),
  ListUserPolicies: ({ Marker }: Record<string, unknown>) =>
    Marker === 'more' ? { PolicyNames: ['two'] } : { PolicyNames: ['one'], IsTruncated: true, Marker: 'more' },
  GetUserPolicy: ({ PolicyName }: Record<string, unknown>) => ({
    PolicyDocument: encoded(`s3:${PolicyName as string}`),
  }),
  ListAttachedUserPolicies: () => ({ AttachedPolicies: [{ PolicyArn: exportArn, PolicyName: 'export' }] }),
  GetPolicy: () => ({ Policy: { DefaultVersionId: 'v3', AttachmentCount: 4 } }),
  GetPolicyVersion: ({ VersionId }: Record<string, unknown>) => ({
    PolicyVersion: { Document: encoded(`ec2:${VersionId as string}`) },
  }),
  ListGroupsForUser: () => ({ Groups: [{ GroupName: 'ops' }] }),
  ListGroupPolicies: () => ({ PolicyNames: ['three'] }),
  GetGroupPolicy: () => ({ PolicyDocument: encoded('iam:*') }),
  ListAttachedGroupPolicies: () => ({
    AttachedPolicies: [
      { PolicyArn: exportArn, PolicyName: 'export' },
      { PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess', PolicyName: 'ReadOnlyAccess' },
    ],
  }),
};

describe('describing a principal', () => {
  it('reports the keys of a user and every policy that applies, read once each and decoded', async () => {
    const { clients, calls } = awsDouble(user);
    const facts = await iamObserve(clients).describePrincipal({ ...place, type: 'user', name: 'mallory' });
    const managed = {
      arn: exportArn,
      name: 'export',
      document: document('ec2:v3'),
      awsManaged: false,
      attachmentCount: 4,
    };
    expect(facts).toEqual({
      type: 'user',
      name: 'Mallory',
      arn: 'arn:aws:iam::111111111111:user/Mallory',
      serviceLinked: false,
      identityCenter: false,
      boundaryArn: 'arn:aws:iam::111111111111:policy/boundary',
      accessKeys: [{ accessKeyId: 'AKIA1', status: 'Active', created: '2026-01-01T00:00:00.000Z' }],
      inline: [
        { name: 'one', document: document('s3:one') },
        { name: 'two', document: document('s3:two') },
      ],
      attached: [managed],
      groups: [
        {
          name: 'ops',
          inline: [{ name: 'three', document: document('iam:*') }],
          attached: [
            managed,
            {
              ...managed,
              arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
              name: 'ReadOnlyAccess',
              awsManaged: true,
            },
          ],
        },
      ],
      gaps: [],
    });
    expect(calls.filter((call) => call === 'GetPolicy')).toHaveLength(2);
  });

  it('says which roles AWS keeps for itself', async () => {
    const role = (Path: string) => ({
      GetRole: () => ({ Role: { RoleName: 'r', Path, Arn: 'arn:r' } }),
      ListRolePolicies: () => ({}),
      ListAttachedRolePolicies: () => ({}),
    });
    const facts = (path: string) =>
      iamObserve(awsDouble(role(path)).clients).describePrincipal({ ...place, type: 'role', name: 'r' });
    expect(await facts('/aws-service-role/x.amazonaws.com/')).toMatchObject({ serviceLinked: true });
    expect(await facts('/aws-reserved/sso.amazonaws.com/eu-west-1/')).toMatchObject({ identityCenter: true });
  });

  it('names each policy that it may not read as a gap', async () => {
    const facts = await iamObserve(
      awsDouble({
        ...user,
        GetUserPolicy: throwing('AccessDenied', 403),
        ListGroupsForUser: throwing('AccessDenied', 403),
      }).clients,
    ).describePrincipal({ ...place, type: 'user', name: 'mallory' });
    expect(facts.inline).toEqual([]);
    expect(facts.gaps.map(({ what }) => what)).toEqual([
      'groups of user mallory',
      'inline policy one of user mallory',
      'inline policy two of user mallory',
    ]);
  });

  it('finds a user by its id under whatever name it has now', async () => {
    const users = [
      { UserName: 'bob', UserId: 'AIDABOB' },
      { UserName: 'Mallory', UserId: 'AIDAMALLORY' },
    ];
    const { clients } = awsDouble({ ...user, ListUsers: () => ({ Users: users }) });
    const found = iamObserve(clients).findUser({ ...place, userId: 'AIDAMALLORY' });
    expect(await found).toMatchObject({ name: 'Mallory', accessKeys: [{ accessKeyId: 'AKIA1' }] });
    const nobody = iamObserve(clients).findUser({ ...place, userId: 'AIDACAROL' });
    await expect(nobody).rejects.toMatchObject({ type: 'AwsNotFound' });
  });

  it('fails for good when there is no such user', async () => {
    const gone = awsDouble({ GetUser: throwing('NoSuchEntityException', 404) }).clients;
    await expect(iamObserve(gone).describePrincipal({ ...place, type: 'user', name: 'x' })).rejects.toMatchObject({
      type: 'AwsNotFound',
    });
  });
});
