import { ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  GetGroupPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListPoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { GetBucketAclCommand, GetBucketPolicyCommand, ListBucketsCommand, type S3Client } from '@aws-sdk/client-s3';
import { canonicalJson } from '../../src/domain/digest.ts';
import { parsePolicy } from '../../src/domain/policy/policy-document.ts';
import { codeOf, type Clients } from '../../src/lab/clients.ts';

/**
 * Everything in an account that an incident could change, in canonical form: what stands under each name. Ids, versions
 * and times are left out.
 */
export async function accountState({ iam, s3, events }: Clients): Promise<Record<string, string>> {
  const state: Record<string, string> = {};
  for (const add of [users, roles, groups, managedPolicies]) Object.assign(state, await add(iam));
  Object.assign(state, await buckets(s3));
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  for (const { Name = '', EventPattern, State } of Rules) {
    const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }));
    state[`rule ${Name}`] = canonicalJson({ EventPattern, State, targets: Targets.map(({ Arn }) => Arn).sort() });
  }
  return state;
}

/** IAM hands documents out URL-encoded. */
const ofIam = (text = ''): string => canonical(decodeURIComponent(text));
function canonical(text: string): string {
  const { Statement, ...rest } = parsePolicy(text);
  return canonicalJson({ ...rest, Statement: Statement.map((statement) => canonicalJson(statement)).sort() });
}

async function users(iam: IAMClient): Promise<Record<string, string>> {
  const state: Record<string, string> = {};
  const { Users = [] } = await iam.send(new ListUsersCommand({}));
  for (const { UserName = '' } of Users) {
    const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
    for (const { AccessKeyId = '', Status = '' } of AccessKeyMetadata) state[`key ${UserName} ${AccessKeyId}`] = Status;
    const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument } = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));
      state[`user ${UserName} ${PolicyName}`] = ofIam(PolicyDocument);
    }
  }
  return state;
}

async function roles(iam: IAMClient): Promise<Record<string, string>> {
  const state: Record<string, string> = {};
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  for (const { RoleName = '' } of Roles) {
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      state[`role ${RoleName} ${PolicyName}`] = ofIam(PolicyDocument);
    }
  }
  return state;
}

async function groups(iam: IAMClient): Promise<Record<string, string>> {
  const state: Record<string, string> = {};
  const { Groups = [] } = await iam.send(new ListGroupsCommand({}));
  for (const { GroupName = '' } of Groups) {
    const { PolicyNames = [] } = await iam.send(new ListGroupPoliciesCommand({ GroupName }));
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument } = await iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName }));
      state[`group ${GroupName} ${PolicyName}`] = ofIam(PolicyDocument);
    }
  }
  return state;
}

async function managedPolicies(iam: IAMClient): Promise<Record<string, string>> {
  const state: Record<string, string> = {};
  const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
  for (const { Arn = '', DefaultVersionId = '' } of Policies) {
    const version = new GetPolicyVersionCommand({ PolicyArn: Arn, VersionId: DefaultVersionId });
    state[`policy ${Arn}`] = ofIam((await iam.send(version)).PolicyVersion?.Document);
  }
  return state;
}

async function buckets(s3: S3Client): Promise<Record<string, string>> {
  const state: Record<string, string> = {};
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  for (const { Name: Bucket = '' } of Buckets) {
    const { Grants = [] } = await s3.send(new GetBucketAclCommand({ Bucket }));
    const grants = Grants.map(({ Grantee, Permission }) => [Grantee?.ID ?? Grantee?.URI ?? '', Permission ?? '']);
    state[`acl ${Bucket}`] = canonicalJson(grants.map((grant) => grant.join(' ')).sort());
    state[`policy of ${Bucket}`] = await bucketPolicy(s3, Bucket);
  }
  return state;
}

async function bucketPolicy(s3: S3Client, Bucket: string): Promise<string> {
  try {
    return canonical((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? '{}');
  } catch (error) {
    if (codeOf(error) === 'NoSuchBucketPolicy') return 'none';
    throw error;
  }
}
