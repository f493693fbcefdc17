import {
  CreateRoleCommand,
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  GetRoleCommand,
  GetUserCommand,
  ListServiceSpecificCredentialsCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateServiceSpecificCredentialCommand,
} from '@aws-sdk/client-iam';
import type { Json } from '../../../src/domain/json.ts';
import type { PolicyDocument } from '../../../src/domain/policy/policy-document.ts';
import { region } from '../../../src/lab/clients.ts';
import { incidentKey, unlessNone, type Row } from '../row.ts';

/** Acts on what lets somebody in beside keys and policies. */

const trusting = (account: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }],
});

export const setTrustPolicy: Row = {
  service: 'iam',
  calls: [{ operation: 'UpdateAssumeRolePolicy' }],
  noInverse: null,
  scene: async ({ foundation: { victim, outsider } }, roleName) => {
    const { iam } = victim.admin;
    const before = trusting(outsider.id);
    const after = trusting(victim.id);
    const create = { RoleName: roleName, AssumeRolePolicyDocument: JSON.stringify(before) };
    await iam.send(new CreateRoleCommand(create));
    return {
      input: { act: 'setTrustPolicy', incidentKey, accountId: victim.id, region, roleName, before, after },
      names: roleName,
      arn: victim.roleArn(roleName),
      state: async () => {
        const found = await unlessNone(iam.send(new GetRoleCommand({ RoleName: roleName })));
        const text = decodeURIComponent(found?.Role?.AssumeRolePolicyDocument ?? '');
        return found && (JSON.parse(text) as Json);
      },
      after: () => ({ ...after }),
      change: () =>
        iam.send(
          new UpdateAssumeRolePolicyCommand({
            RoleName: roleName,
            PolicyDocument: JSON.stringify(trusting('444444444444')),
          }),
        ),
      remove: () => iam.send(new DeleteRoleCommand({ RoleName: roleName })),
    };
  },
};

export const setServiceCredentialStatus: Row = {
  service: 'iam',
  calls: [{ operation: 'UpdateServiceSpecificCredential' }],
  noInverse: null,
  scene: async ({ foundation: { victim } }, userName) => {
    const { iam } = victim.admin;
    const { User } = await iam.send(new CreateUserCommand({ UserName: userName }));
    const create = { UserName: userName, ServiceName: 'codecommit.amazonaws.com' };
    const made = await iam.send(new CreateServiceSpecificCredentialCommand(create));
    const credentialId = made.ServiceSpecificCredential?.ServiceSpecificCredentialId ?? '';
    const named = { UserName: userName, ServiceSpecificCredentialId: credentialId };
    return {
      input: {
        act: 'setServiceCredentialStatus',
        incidentKey,
        accountId: victim.id,
        region,
        userName,
        credentialId,
        before: 'Active',
        after: 'Inactive',
      },
      names: userName,
      arn: User?.Arn ?? '',
      state: async () => {
        if (!(await unlessNone(iam.send(new GetUserCommand({ UserName: userName }))))) return null;
        const found = await iam.send(new ListServiceSpecificCredentialsCommand({ UserName: userName }));
        return Object.fromEntries(
          (found.ServiceSpecificCredentials ?? []).map(({ ServiceSpecificCredentialId = '', Status = '' }) => [
            ServiceSpecificCredentialId,
            Status,
          ]),
        );
      },
      after: () => ({ [credentialId]: 'Inactive' }),
      // Neither on nor off any more.
      change: () => iam.send(new UpdateServiceSpecificCredentialCommand({ ...named, Status: 'Expired' })),
      remove: () => iam.send(new DeleteUserCommand({ UserName: userName })),
    };
  },
};
