import {
  ListServiceSpecificCredentialsCommand,
  paginateListSigningCertificates,
  paginateListSSHPublicKeys,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { aws } from '../aws/failures.ts';
import { all } from './pages.ts';
import type { ServiceCredential } from '../../src/domain/findings/principal-facts.ts';

/** All of a user, of every kind. */
export async function listServiceCredentials(iam: IAMClient, userName: string): Promise<ServiceCredential[]> {
  const kinds = [undefined, 'ssh-key', 'signing-certificate'] as const;
  return (await Promise.all(kinds.map((kind) => credentialsOfKind(iam, userName, kind)))).flat();
}

export function credentialsOfKind(
  iam: IAMClient,
  userName: string,
  kind: ServiceCredential['kind'],
): Promise<ServiceCredential[]> {
  switch (kind) {
    case undefined:
      return serviceSpecific(iam, userName);
    case 'ssh-key':
      return sshKeys(iam, userName);
    case 'signing-certificate':
      return signingCertificates(iam, userName);
  }
}

/** The SDK has no paginator for them. */
async function serviceSpecific(iam: IAMClient, userName: string): Promise<ServiceCredential[]> {
  const found: ServiceCredential[] = [];
  let Marker: string | undefined;
  do {
    const page = await aws(`listing the service-specific credentials of user ${userName}`, () =>
      iam.send(new ListServiceSpecificCredentialsCommand({ UserName: userName, Marker })),
    );
    for (const { ServiceSpecificCredentialId = '', ServiceName = '', Status = '' } of page.ServiceSpecificCredentials ??
      []) {
      found.push({ credentialId: ServiceSpecificCredentialId, service: ServiceName, status: Status });
    }
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker !== undefined);
  return found;
}

async function sshKeys(client: IAMClient, UserName: string): Promise<ServiceCredential[]> {
  const found = await aws(`listing the SSH public keys of user ${UserName}`, () =>
    all(paginateListSSHPublicKeys({ client }, { UserName }), (page) => page.SSHPublicKeys),
  );
  return found.map(({ SSHPublicKeyId = '', Status = '' }) => ({
    kind: 'ssh-key',
    credentialId: SSHPublicKeyId,
    service: 'codecommit.amazonaws.com',
    status: Status,
  }));
}

async function signingCertificates(client: IAMClient, UserName: string): Promise<ServiceCredential[]> {
  const found = await aws(`listing the signing certificates of user ${UserName}`, () =>
    all(paginateListSigningCertificates({ client }, { UserName }), (page) => page.Certificates),
  );
  return found.map(({ CertificateId = '', Status = '' }) => ({
    kind: 'signing-certificate',
    credentialId: CertificateId,
    service: 'requests signed with a certificate',
    status: Status,
  }));
}
