import {
  CreateAccessKeyCommand,
  CreatePolicyVersionCommand,
  DeleteAccessKeyCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListPolicyVersionsCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreatePolicyCommand,
} from '@aws-sdk/client-iam';
import { inlinePolicyName } from '../../../src/domain/acts/created-names.ts';
import type { Json } from '../../../src/domain/json.ts';
import type { PolicyDocument } from '../../../src/domain/policy/policy-document.ts';
import { policyText } from '../../../src/lab/account.ts';
import { region } from '../../../src/lab/clients.ts';
import { incidentKey, unlessNone, type Row } from '../row.ts';
import { revocationDocument } from '../../../src/domain/acts/session-revocation.ts';

const document = (Effect: 'Allow' | 'Deny', Action: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action, Resource: '*' }],
});
/** IAM answers with documents in percent-encoding. */
const parsed = (encoded = ''): Json => JSON.parse(decodeURIComponent(encoded)) as Json;

/** Two keys: an attempt can end between them. */
export const setAccessKeyStatus: Row = {
  service: 'iam',
  calls: [{ operation: 'UpdateAccessKey' }, { operation: 'UpdateAccessKey' }],
  noInverse: null,
  scene: async ({ foundation: { victim } }, userName) => {
    const { iam } = victim.admin;
    const { User } = await iam.send(new CreateUserCommand({ UserName: userName }));
    const createKey = async () => {
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: userName }));
      return AccessKey?.AccessKeyId ?? '';
    };
    const ids = [await createKey(), await createKey()].sort();
    const [first = '', second = ''] = ids;
    return {
      input: {
        act: 'setAccessKeyStatus',
        incidentKey,
        accountId: victim.id,
        region,
        userName,
        keys: ids.map((accessKeyId) => ({ accessKeyId, before: 'Active', after: 'Inactive' })),
      },
      names: userName,
      arn: User?.Arn ?? '',
      callNames: ids,
      state: async () => {
        const found = await unlessNone(iam.send(new ListAccessKeysCommand({ UserName: userName })));
        const keys = (found?.AccessKeyMetadata ?? []).map(({ AccessKeyId = '', Status = '' }) => [AccessKeyId, Status]);
        return found && (Object.fromEntries(keys) as Json);
      },
      after: () => Object.fromEntries(ids.map((id) => [id, 'Inactive'])),
      // The actor makes a key that the plan does not know.
      change: async () => {
        await iam.send(new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId: first, Status: 'Inactive' }));
        await iam.send(new DeleteAccessKeyCommand({ UserName: userName, AccessKeyId: second }));
        await createKey();
      },
      remove: async () => {
        for (const id of ids) await iam.send(new DeleteAccessKeyCommand({ UserName: userName, AccessKeyId: id }));
        await iam.send(new DeleteUserCommand({ UserName: userName }));
      },
    };
  },
};

export const putInlinePolicy: Row = {
  service: 'iam',
  calls: [{ operation: 'PutUserPolicy' }],
  noInverse: null,
  scene: async ({ foundation: { victim } }, name) => {
    const { iam } = victim.admin;
    const { User } = await iam.send(new CreateUserCommand({ UserName: name }));
    const policy = { UserName: name, PolicyName: inlinePolicyName(incidentKey, 'deny-all') };
    const after = document('Deny', '*');
    return {
      input: {
        act: 'putInlinePolicy',
        incidentKey,
        accountId: victim.id,
        region,
        holder: { type: 'user', name },
        policyName: policy.PolicyName,
        before: null,
        after,
      },
      names: name,
      arn: User?.Arn ?? '',
      state: async () => {
        const holder = await unlessNone(iam.send(new GetUserCommand({ UserName: name })));
        const found = await unlessNone(iam.send(new GetUserPolicyCommand(policy)));
        return holder && { policy: found && parsed(found.PolicyDocument) };
      },
      after: () => ({ policy: { ...after } }),
      change: () =>
        iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument: JSON.stringify(document('Allow', 's3:*')) })),
      remove: async () => {
        await unlessNone(iam.send(new DeleteUserPolicyCommand(policy)));
        await iam.send(new DeleteUserCommand({ UserName: name }));
      },
    };
  },
};

export const revokeRoleSessions: Row = {
  service: 'iam',
  calls: [{ operation: 'PutRolePolicy' }],
  noInverse: null,
  scene: async ({ foundation: { victim } }, roleName) => {
    const { iam } = victim.admin;
    const trust = policyText({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${victim.id}:root` },
      Action: 'sts:AssumeRole',
    });
    await iam.send(new CreateRoleCommand({ RoleName: roleName, AssumeRolePolicyDocument: trust }));
    const policy = { RoleName: roleName, PolicyName: inlinePolicyName(incidentKey, 'revoke-sessions') };
    return {
      input: {
        act: 'revokeRoleSessions',
        incidentKey,
        accountId: victim.id,
        region,
        roleName,
        policyName: policy.PolicyName,
        before: null,
      },
      names: roleName,
      arn: victim.roleArn(roleName),
      state: async () => {
        const holder = await unlessNone(iam.send(new GetRoleCommand({ RoleName: roleName })));
        const found = await unlessNone(iam.send(new GetRolePolicyCommand(policy)));
        return holder && { policy: found && parsed(found.PolicyDocument) };
      },
      after: ({ cutoff = '' }) => ({ policy: { ...revocationDocument(incidentKey, cutoff) } }),
      change: () =>
        iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: JSON.stringify(document('Allow', 's3:*')) })),
      remove: () => iam.send(new DeleteRoleCommand({ RoleName: roleName })),
    };
  },
};

/** Of a policy that has all the versions it may have: one has to make room. */
export const setManagedPolicy: Row = {
  service: 'iam',
  calls: [{ operation: 'DeletePolicyVersion' }, { operation: 'CreatePolicyVersion' }],
  noInverse: null,
  scene: async ({ foundation: { victim } }, name) => {
    const { iam } = victim.admin;
    const text = (action: string) => JSON.stringify(document('Allow', action));
    const create = { PolicyName: name, PolicyDocument: text('ec2:Old1') };
    const PolicyArn = (await iam.send(new CreatePolicyCommand(create))).Policy?.Arn ?? '';
    const write = (action: string) =>
      iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: text(action), SetAsDefault: true }));
    for (const action of ['ec2:Old2', 'ec2:Old3', 'ec2:Old4', 'ec2:*']) await write(action);
    const olderVersions = async () =>
      ((await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))).Versions ?? []).flatMap((version) =>
        version.IsDefaultVersion ? [] : [version.VersionId],
      );
    const deleteVersion = (VersionId: string | undefined) =>
      iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
    return {
      input: {
        act: 'setManagedPolicy',
        incidentKey,
        accountId: victim.id,
        region,
        policyArn: PolicyArn,
        before: document('Allow', 'ec2:*'),
        after: document('Allow', 'ec2:Describe*'),
      },
      names: name,
      arn: PolicyArn,
      state: async () => {
        const found = await unlessNone(iam.send(new GetPolicyCommand({ PolicyArn })));
        if (!found) return null;
        const version = { PolicyArn, VersionId: found.Policy?.DefaultVersionId };
        return parsed((await iam.send(new GetPolicyVersionCommand(version))).PolicyVersion?.Document);
      },
      after: () => ({ ...document('Allow', 'ec2:Describe*') }),
      change: async () => {
        await deleteVersion((await olderVersions())[0]);
        await write('iam:*');
      },
      remove: async () => {
        for (const version of await olderVersions()) await deleteVersion(version);
        await iam.send(new DeletePolicyCommand({ PolicyArn }));
      },
    };
  },
};
