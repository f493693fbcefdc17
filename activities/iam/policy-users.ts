import { paginateGetGroup, paginateListEntitiesForPolicy, type IAMClient } from '@aws-sdk/client-iam';
import type { PolicyUsers } from '../../src/domain/policy/policy-users.ts';
import { aws, orGap } from '../aws/failures.ts';
import { all } from './pages.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

/** One that cannot be read is a gap, and left out. */
export async function readPolicyUsers(
  client: IAMClient,
  policyArns: string[],
  groups: string[],
): Promise<PolicyUsers & { gaps: Gap[] }> {
  const gaps: Gap[] = [];
  const holdersOf = (PolicyArn: string) =>
    aws(`listing whom policy ${PolicyArn} is attached to`, () =>
      all(paginateListEntitiesForPolicy({ client }, { PolicyArn }), (page) => [
        ...(page.PolicyUsers ?? []).map(({ UserName = '' }) => `user ${UserName}`),
        ...(page.PolicyRoles ?? []).map(({ RoleName = '' }) => `role ${RoleName}`),
        ...(page.PolicyGroups ?? []).map(({ GroupName = '' }) => `group ${GroupName}`),
      ]),
    );
  const membersOf = (GroupName: string) =>
    aws(`listing the members of group ${GroupName}`, () =>
      all(paginateGetGroup({ client }, { GroupName }), ({ Users = [] }) =>
        Users.map(({ UserName = '' }) => `user ${UserName}`),
      ),
    );
  const byName = async (names: string[], what: string, read: (name: string) => Promise<string[]>) => {
    const found = await Promise.all(
      names.map(async (name) => [name, await orGap(gaps, `${what} ${name}`, null, read(name))] as const),
    );
    return Object.fromEntries(found.flatMap(([name, users]) => (users ? [[name, users] as const] : [])));
  };
  const [policies, members] = await Promise.all([
    byName(policyArns, 'whom a policy is attached to:', holdersOf),
    byName(groups, 'members of group', membersOf),
  ]);
  return { policies, groups: members, gaps };
}
