import {
  CreatePolicyVersionCommand,
  DeleteGroupPolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  ListPolicyVersionsCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateServiceSpecificCredentialCommand,
  UpdateSigningCertificateCommand,
  UpdateSSHPublicKeyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import type { PolicyHolder, SetServiceCredentialStatus } from '../../src/domain/acts/acts.ts';
import { credentialKind } from '../../src/domain/acts/standing-of-service-credential.ts';
import type { PolicyDocument } from '../../src/domain/policy/policy-document.ts';
import { wayOutOfFull } from '../../src/domain/plan/inline-room.ts';
import { bringAbout } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, unlessAbsent } from '../aws/failures.ts';
import { refuseProtectedArn, type Protection } from '../aws/protection.ts';
import type { IamContain } from './contract.ts';
import { iamTargets } from './targets.ts';
import { revocationDocument } from '../../src/domain/acts/session-revocation.ts';

export function iamContain(clients: AwsClients, protection: Protection): IamContain {
  const targets = iamTargets(clients);
  return {
    setAccessKeyStatus(input) {
      const { userName } = input;
      return bringAbout(input, targets.setAccessKeyStatus, async ({ userArn, keys }) => {
        refuseProtectedArn(userArn ?? userName, protection);
        for (const { accessKeyId, after } of input.keys) {
          if (keys[accessKeyId] === undefined || keys[accessKeyId] === after) continue;
          await aws(`making access key ${accessKeyId} of user ${userName} ${after}`, () =>
            clients
              .iam(input)
              .send(new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId: accessKeyId, Status: after })),
          );
        }
        return undefined;
      });
    },

    setServiceCredentialStatus(input) {
      const { userName, kind, credentialId, after } = input;
      return bringAbout(input, targets.setServiceCredentialStatus, async ({ userArn }) => {
        refuseProtectedArn(userArn ?? userName, protection);
        await aws(`making ${credentialKind(kind).words} ${credentialId} of user ${userName} ${after}`, () =>
          switchCredential(clients.iam(input), input),
        );
        return undefined;
      });
    },

    putInlinePolicy(input) {
      const { holder, policyName, after } = input;
      return bringAbout(input, targets.putInlinePolicy, async ({ holderArn }) => {
        refuseProtectedArn(holderArn ?? holder.name, protection);
        await writeInlinePolicy(clients.iam(input), holder, policyName, after);
        return undefined;
      });
    },

    revokeRoleSessions(input) {
      const { incidentKey, roleName, policyName, session } = input;
      return bringAbout(input, targets.revokeRoleSessions, async ({ holderArn }) => {
        refuseProtectedArn(holderArn ?? roleName, protection);
        // Now, not when it was planned: a session begun while people decided must not survive.
        const document = revocationDocument(incidentKey, new Date().toISOString(), session);
        await writeInlinePolicy(clients.iam(input), { type: 'role', name: roleName }, policyName, document);
        return undefined;
      });
    },

    setTrustPolicy(input) {
      const { roleName, after } = input;
      return bringAbout(input, targets.setTrustPolicy, async (role) => {
        refuseProtectedArn(role?.arn ?? roleName, protection);
        const change = { RoleName: roleName, PolicyDocument: JSON.stringify(after) };
        await aws(`writing the trust policy of role ${roleName}`, () =>
          clients.iam(input).send(new UpdateAssumeRolePolicyCommand(change)),
        );
        return undefined;
      });
    },

    setManagedPolicy(input) {
      return bringAbout(input, targets.setManagedPolicy, async () => {
        refuseProtectedArn(input.policyArn, protection);
        const dropped = await newDefaultVersion(clients.iam(input), input.policyArn, input.after);
        return dropped === null ? undefined : { note: `its oldest version ${dropped} made room and is deleted` };
      });
    },
  };
}

function switchCredential(
  iam: IAMClient,
  { userName: UserName, kind, credentialId, after: Status }: SetServiceCredentialStatus,
): Promise<unknown> {
  if (kind === 'ssh-key') {
    return iam.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId: credentialId, Status }));
  }
  if (kind === 'signing-certificate') {
    return iam.send(new UpdateSigningCertificateCommand({ UserName, CertificateId: credentialId, Status }));
  }
  const named = { UserName, ServiceSpecificCredentialId: credentialId };
  return iam.send(new UpdateServiceSpecificCredentialCommand({ ...named, Status }));
}

/** A deny that keeps no single call out of it, whether for everybody or for older sessions. */
const deniesAll = (document: PolicyDocument | null): boolean =>
  document?.Statement.some(({ Effect, Action }) => Effect === 'Deny' && Action === '*') ?? false;

/** Writes an inline policy, or deletes it where there is no document. */
function writeInlinePolicy(
  iam: IAMClient,
  { type, name }: PolicyHolder,
  PolicyName: string,
  document: PolicyDocument | null,
): Promise<unknown> {
  const what = `${document ? 'writing' : 'deleting'} policy ${PolicyName} of ${type} ${name}`;
  const call = (): Promise<unknown> => {
    if (document === null) {
      if (type === 'user') return iam.send(new DeleteUserPolicyCommand({ UserName: name, PolicyName }));
      if (type === 'role') return iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName }));
      return iam.send(new DeleteGroupPolicyCommand({ GroupName: name, PolicyName }));
    }
    const PolicyDocument = JSON.stringify(document);
    if (type === 'user') return iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName, PolicyDocument }));
    if (type === 'role') return iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName, PolicyDocument }));
    return iam.send(new PutGroupPolicyCommand({ GroupName: name, PolicyName, PolicyDocument }));
  };
  return aws(what, call, wayOutOfFull(deniesAll(document)));
}

const mostVersions = 5;

/** Returns the version that was deleted because a policy has at most five, or null. */
async function newDefaultVersion(iam: IAMClient, PolicyArn: string, document: PolicyDocument): Promise<string | null> {
  const { Versions = [] } = await aws(`listing the versions of policy ${PolicyArn}`, () =>
    iam.send(new ListPolicyVersionsCommand({ PolicyArn })),
  );
  let dropped: string | null = null;
  if (Versions.length >= mostVersions) {
    const [oldest] = Versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion).toSorted(
      (a, b) => versionNumber(a.VersionId) - versionNumber(b.VersionId),
    );
    dropped = oldest?.VersionId ?? null;
  }
  if (dropped !== null) {
    const VersionId = dropped;
    const deleting = aws(`deleting version ${VersionId} of policy ${PolicyArn}`, () =>
      iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId })),
    );
    // The list may still hold what an earlier attempt has deleted.
    await unlessAbsent(deleting, undefined);
  }
  await aws(`writing policy ${PolicyArn}`, () =>
    iam.send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: JSON.stringify(document), SetAsDefault: true }),
    ),
  );
  return dropped;
}

/** `v12` comes after `v9`. */
const versionNumber = (versionId = 'v0'): number => Number(versionId.slice(1));
