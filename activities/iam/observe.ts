import {
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  paginateListAccessKeys,
  paginateListAttachedGroupPolicies,
  paginateListAttachedRolePolicies,
  paginateListAttachedUserPolicies,
  paginateListGroupPolicies,
  paginateListGroupsForUser,
  paginateListRolePolicies,
  paginateListRoles,
  paginateListUserPolicies,
  paginateListUsers,
  type AttachedPolicy,
  type IAMClient,
  type Role,
} from '@aws-sdk/client-iam';
import type { PolicyHolder } from '../../src/domain/acts/acts.ts';
import type { PolicyDocument } from '../../src/domain/policy/policy-document.ts';
import { failureTypes } from '../../src/domain/failures.ts';
import { principalsOf } from '../../src/domain/policy/role-trust.ts';
import { heartbeat } from '../aws/activity-context.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, failure, orGap } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import { tagsOf } from '../aws/protected-tags.ts';
import type { IamObserve } from './contract.ts';
import { iamDocument } from './iam-document.ts';
import { all } from './pages.ts';
import { readPolicyUsers } from './policy-users.ts';
import { listServiceCredentials } from './service-credentials.ts';
import type {
  ManagedPolicy,
  NamedPolicy,
  PrincipalFacts,
  PrincipalPolicies,
} from '../../src/domain/findings/principal-facts.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

const pagesOf = {
  user: {
    inline: (client: IAMClient, UserName: string) =>
      all(paginateListUserPolicies({ client }, { UserName }), (page) => page.PolicyNames),
    attached: (client: IAMClient, UserName: string) =>
      all(paginateListAttachedUserPolicies({ client }, { UserName }), (page) => page.AttachedPolicies),
    document: (client: IAMClient, UserName: string, PolicyName: string) =>
      client.send(new GetUserPolicyCommand({ UserName, PolicyName })),
  },
  role: {
    inline: (client: IAMClient, RoleName: string) =>
      all(paginateListRolePolicies({ client }, { RoleName }), (page) => page.PolicyNames),
    attached: (client: IAMClient, RoleName: string) =>
      all(paginateListAttachedRolePolicies({ client }, { RoleName }), (page) => page.AttachedPolicies),
    document: (client: IAMClient, RoleName: string, PolicyName: string) =>
      client.send(new GetRolePolicyCommand({ RoleName, PolicyName })),
  },
  group: {
    inline: (client: IAMClient, GroupName: string) =>
      all(paginateListGroupPolicies({ client }, { GroupName }), (page) => page.PolicyNames),
    attached: (client: IAMClient, GroupName: string) =>
      all(paginateListAttachedGroupPolicies({ client }, { GroupName }), (page) => page.AttachedPolicies),
    document: (client: IAMClient, GroupName: string, PolicyName: string) =>
      client.send(new GetGroupPolicyCommand({ GroupName, PolicyName })),
  },
};

export function iamObserve(clients: AwsClients): IamObserve {
  const describePrincipal: IamObserve['describePrincipal'] = async ({ type, name, ...place }) => {
    const iam = clients.iam(place);
    const gaps: Gap[] = [];
    const principal = await aws(`reading ${type} ${name}`, () => readPrincipal(iam, type, name));
    const managed = managedPolicies(iam);
    const [policies, accessKeys, groups] = await Promise.all([
      policiesOf(iam, { type, name }, managed, gaps),
      type === 'user' ? accessKeysOf(iam, name, gaps) : [],
      type === 'user' ? groupsOf(iam, name, managed, gaps) : [],
    ]);
    return { type, ...principal, ...policies, accessKeys, groups, gaps };
  };
  return {
    describePrincipal,

    async findUser({ userId, ...place }) {
      const client = clients.iam(place);
      const users = await aws('listing users', () => all(paginateListUsers({ client }, {}), (page) => page.Users));
      const name = users.find(({ UserId }) => UserId === userId)?.UserName;
      if (name === undefined) {
        throw failure(failureTypes.notFound, `the account has no user of the id ${userId} any more, under any name`);
      }
      return describePrincipal({ ...place, type: 'user', name });
    },

    policyUsers({ policyArns, groups, ...place }) {
      return readPolicyUsers(clients.iam(place), policyArns, groups);
    },

    serviceCredentials({ userName, ...place }) {
      return listServiceCredentials(clients.iam(place), userName);
    },

    async rolesTrusting({ providers, ...place }) {
      const client = clients.iam(place);
      const roles = await aws('listing roles and whom they trust', () =>
        all(paginateListRoles({ client }, {}), (page) => {
          heartbeat({ roles: page.Roles?.length });
          return page.Roles;
        }),
      );
      return roles.flatMap(({ RoleName = '', AssumeRolePolicyDocument }) =>
        iamDocument(AssumeRolePolicyDocument).Statement.some((statement) =>
          principalsOf(statement, 'Federated').some((provider) => providers.includes(provider)),
        )
          ? [RoleName]
          : [],
      );
    },
  };
}

async function readPrincipal(iam: IAMClient, type: 'user' | 'role', name: string) {
  const found =
    type === 'user'
      ? (await iam.send(new GetUserCommand({ UserName: name }))).User
      : (await iam.send(new GetRoleCommand({ RoleName: name }))).Role;
  const path = found?.Path ?? '/';
  return {
    // IAM finds names in any case; what it stores is what policies are written for.
    name: (found && ('UserName' in found ? found.UserName : 'RoleName' in found ? found.RoleName : undefined)) ?? name,
    arn: found?.Arn ?? '',
    serviceLinked: path.startsWith('/aws-service-role/'),
    identityCenter: path.startsWith('/aws-reserved/sso.amazonaws.com/'),
    ...given({ boundaryArn: found?.PermissionsBoundary?.PermissionsBoundaryArn }),
    ...(found?.Tags && found.Tags.length > 0 ? { tags: tagsOf(found.Tags) } : {}),
    ...(found && 'UserId' in found ? given({ userId: found.UserId }) : {}),
    ...(found && 'RoleId' in found ? roleOnly(found) : {}),
  };
}

const roleOnly = ({ RoleId, AssumeRolePolicyDocument }: Role) =>
  given({
    roleId: RoleId,
    trust: AssumeRolePolicyDocument === undefined ? undefined : iamDocument(AssumeRolePolicyDocument),
  });

async function accessKeysOf(iam: IAMClient, user: string, gaps: Gap[]): Promise<PrincipalFacts['accessKeys']> {
  const listing = aws(`listing the access keys of user ${user}`, () =>
    all(paginateListAccessKeys({ client: iam }, { UserName: user }), (page) => page.AccessKeyMetadata),
  );
  const keys = await orGap(gaps, 'access keys', [], listing);
  return keys.map(({ AccessKeyId = '', Status, CreateDate }) => ({
    accessKeyId: AccessKeyId,
    status: Status === 'Active' ? 'Active' : 'Inactive',
    ...given({ created: CreateDate?.toISOString() }),
  }));
}

type ManagedReader = (policy: AttachedPolicy) => Promise<ManagedPolicy>;

/** Reads each managed policy once, however many holders it is attached to. */
function managedPolicies(iam: IAMClient): ManagedReader {
  const read = new Map<string, Promise<ManagedPolicy>>();
  const fetchPolicy = async (arn: string, name: string): Promise<ManagedPolicy> => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
    const version = { PolicyArn: arn, VersionId: Policy?.DefaultVersionId };
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand(version));
    heartbeat({ policy: arn });
    return {
      arn,
      name,
      document: iamDocument(PolicyVersion?.Document),
      awsManaged: arn.split(':')[4] === 'aws',
      attachmentCount: Policy?.AttachmentCount ?? 0,
    };
  };
  return ({ PolicyArn = '', PolicyName = '' }) => {
    const known = read.get(PolicyArn) ?? aws(`reading policy ${PolicyArn}`, () => fetchPolicy(PolicyArn, PolicyName));
    read.set(PolicyArn, known);
    return known;
  };
}

async function policiesOf(
  iam: IAMClient,
  { type, name }: PolicyHolder,
  readManaged: ManagedReader,
  gaps: Gap[],
): Promise<PrincipalPolicies> {
  const holder = `${type} ${name}`;
  const calls = pagesOf[type];
  const readInline = async (policy: string): Promise<NamedPolicy | null> => {
    const reading = aws(`reading policy ${policy} of ${holder}`, async (): Promise<PolicyDocument> => {
      const { PolicyDocument: document } = await calls.document(iam, name, policy);
      return iamDocument(document);
    });
    const document = await orGap(gaps, `inline policy ${policy} of ${holder}`, null, reading);
    return document && { name: policy, document };
  };
  const inlineNames = aws(`listing the inline policies of ${holder}`, () => calls.inline(iam, name));
  const attachedNames = aws(`listing the attached policies of ${holder}`, () => calls.attached(iam, name));
  const [inline, attached] = await Promise.all([
    orGap(gaps, `inline policies of ${holder}`, [], inlineNames).then((names) => Promise.all(names.map(readInline))),
    orGap(gaps, `attached policies of ${holder}`, [], attachedNames).then((list) =>
      Promise.all(list.map((policy) => orGap(gaps, `policy ${policy.PolicyArn ?? ''}`, null, readManaged(policy)))),
    ),
  ]);
  return {
    inline: inline.filter((policy) => policy !== null),
    attached: attached.filter((policy) => policy !== null),
  };
}

async function groupsOf(
  iam: IAMClient,
  user: string,
  readManaged: ManagedReader,
  gaps: Gap[],
): Promise<PrincipalFacts['groups']> {
  const listing = aws(`listing the groups of user ${user}`, () =>
    all(paginateListGroupsForUser({ client: iam }, { UserName: user }), (page) => page.Groups),
  );
  const groups = await orGap(gaps, `groups of user ${user}`, [], listing);
  return Promise.all(
    groups.map(async ({ GroupName = '' }) => ({
      name: GroupName,
      ...(await policiesOf(iam, { type: 'group', name: GroupName }, readManaged, gaps)),
    })),
  );
}
