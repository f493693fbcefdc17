import {
  GetGroupCommand,
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  paginateListAccessKeys,
  type IAMClient,
} from '@aws-sdk/client-iam';
import type {
  KeyStatus,
  PolicyHolder,
  PutInlinePolicy,
  RevokeRoleSessions,
  SetAccessKeyStatus,
  SetManagedPolicy,
  SetServiceCredentialStatus,
  SetTrustPolicy,
} from '../../src/domain/acts/acts.ts';
import type { PolicyDocument } from '../../src/domain/policy/policy-document.ts';
import {
  standingOfAccessKeys,
  standingOfInlinePolicy,
  standingOfManagedPolicy,
  standingOfRevocation,
  type InlinePolicyState,
} from '../../src/domain/acts/standing.ts';
import {
  standingOfServiceCredential,
  type ServiceCredentialsState,
} from '../../src/domain/acts/standing-of-service-credential.ts';
import { standingOfTrust, type TrustState } from '../../src/domain/acts/standing-of-trust.ts';
import type { Target } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, unlessAbsent } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import { iamDocument } from './iam-document.ts';
import { credentialsOfKind } from './service-credentials.ts';

export interface KeysState {
  userArn: string | null;
  userId?: string;
  keys: Record<string, KeyStatus>;
}

export const iamTargets = (clients: AwsClients) => ({
  setAccessKeyStatus: {
    read: (input) => readKeys(clients.iam(input), input.userName),
    compare: standingOfAccessKeys,
  } satisfies Target<SetAccessKeyStatus, KeysState>,
  setServiceCredentialStatus: {
    read: (input) => readServiceCredentials(clients.iam(input), input),
    compare: standingOfServiceCredential,
  } satisfies Target<SetServiceCredentialStatus, ServiceCredentialsState>,
  putInlinePolicy: {
    read: (input) => readInlinePolicy(clients.iam(input), input.holder, input.policyName),
    compare: standingOfInlinePolicy,
  } satisfies Target<PutInlinePolicy, InlinePolicyState>,
  revokeRoleSessions: {
    read: (input) => readInlinePolicy(clients.iam(input), { type: 'role', name: input.roleName }, input.policyName),
    compare: standingOfRevocation,
  } satisfies Target<RevokeRoleSessions, InlinePolicyState>,
  setTrustPolicy: {
    read: (input) => unlessAbsent(readTrust(clients.iam(input), input.roleName), null),
    compare: standingOfTrust,
  } satisfies Target<SetTrustPolicy, TrustState | null>,
  setManagedPolicy: {
    read: (input) => unlessAbsent(readManagedPolicy(clients.iam(input), input.policyArn), null),
    compare: standingOfManagedPolicy,
  } satisfies Target<SetManagedPolicy, PolicyDocument | null>,
});

interface Holder {
  /** As IAM stores it, path and case included. */
  arn: string;
  /** Of a user. */
  userId?: string;
  /** Of a role. */
  roleId?: string;
}

/** null: there is no such user, role or group. */
function readHolder(iam: IAMClient, { type, name }: PolicyHolder): Promise<Holder | null> {
  const reading = aws(`reading ${type} ${name}`, async (): Promise<Holder | null> => {
    if (type === 'user') {
      const { User } = await iam.send(new GetUserCommand({ UserName: name }));
      return User?.Arn === undefined ? null : { arn: User.Arn, ...given({ userId: User.UserId }) };
    }
    if (type === 'role') {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: name }));
      return Role?.Arn === undefined ? null : { arn: Role.Arn, ...given({ roleId: Role.RoleId }) };
    }
    const { Group } = await iam.send(new GetGroupCommand({ GroupName: name, MaxItems: 1 }));
    return Group?.Arn === undefined ? null : { arn: Group.Arn };
  });
  return unlessAbsent(reading, null);
}

async function readKeys(iam: IAMClient, userName: string): Promise<KeysState> {
  const keys: Record<string, KeyStatus> = {};
  const user = await readHolder(iam, { type: 'user', name: userName });
  if (!user) return { userArn: null, keys };
  await aws(`listing the access keys of user ${userName}`, async () => {
    for await (const page of paginateListAccessKeys({ client: iam }, { UserName: userName })) {
      for (const { AccessKeyId = '', Status } of page.AccessKeyMetadata ?? []) {
        keys[AccessKeyId] = Status === 'Active' ? 'Active' : 'Inactive';
      }
    }
  });
  return { userArn: user.arn, ...given({ userId: user.userId }), keys };
}

async function readServiceCredentials(
  iam: IAMClient,
  { userName, kind }: SetServiceCredentialStatus,
): Promise<ServiceCredentialsState> {
  const user = await readHolder(iam, { type: 'user', name: userName });
  if (!user) return { userArn: null, credentials: [] };
  const credentials = await credentialsOfKind(iam, userName, kind);
  return { userArn: user.arn, ...given({ userId: user.userId }), credentials };
}

async function readInlinePolicy(iam: IAMClient, holder: PolicyHolder, PolicyName: string): Promise<InlinePolicyState> {
  const { type, name } = holder;
  const reading = aws(`reading policy ${PolicyName} of ${type} ${name}`, async () => {
    if (type === 'user') return iam.send(new GetUserPolicyCommand({ UserName: name, PolicyName }));
    if (type === 'role') return iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName }));
    return iam.send(new GetGroupPolicyCommand({ GroupName: name, PolicyName }));
  });
  const [found, policy] = await Promise.all([readHolder(iam, holder), unlessAbsent(reading, null)]);
  return {
    holderArn: found?.arn ?? null,
    ...given({ userId: found?.userId, roleId: found?.roleId }),
    document: policy && iamDocument(policy.PolicyDocument),
  };
}

const readTrust = (iam: IAMClient, RoleName: string): Promise<TrustState> =>
  aws(`reading role ${RoleName}`, async () => {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const { Arn = RoleName, RoleId, AssumeRolePolicyDocument } = Role ?? {};
    return { arn: Arn, ...given({ roleId: RoleId }), trust: iamDocument(AssumeRolePolicyDocument) };
  });

/** The default version: the one that applies. */
const readManagedPolicy = (iam: IAMClient, PolicyArn: string): Promise<PolicyDocument> =>
  aws(`reading policy ${PolicyArn}`, async () => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const version = { PolicyArn, VersionId: Policy?.DefaultVersionId };
    return iamDocument((await iam.send(new GetPolicyVersionCommand(version))).PolicyVersion?.Document);
  });
