import { ListServiceSpecificCredentialsCommand, type IAMClient } from '@aws-sdk/client-iam';
import type { ServiceCredential } from '../../src/domain/findings/facts.ts';
import { aws } from '../aws/failures.ts';

/** All of a user; the SDK has no paginator for them. */
export async function listServiceCredentials(iam: IAMClient, userName: string): Promise<ServiceCredential[]> {
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
