import type { SetServiceCredentialStatus, TargetCheck } from './acts.ts';
import type { ServiceCredential } from '../findings/facts.ts';

export interface ServiceCredentialsState {
  /** null: there is no such user. */
  userArn: string | null;
  credentials: ServiceCredential[];
}

/** Where a service-specific credential stands; one that has expired is neither on nor off. See `standing.ts`. */
export function standingOfServiceCredential(
  { userName, credentialId, before, after }: SetServiceCredentialStatus,
  { userArn, credentials }: ServiceCredentialsState,
): TargetCheck {
  if (userArn === null) return { standing: 'gone', detail: `there is no user ${userName}` };
  const what = `service-specific credential ${credentialId} of user ${userName}`;
  const found = credentials.find((credential) => credential.credentialId === credentialId);
  if (!found) return { standing: 'gone', detail: `${what} is deleted` };
  const detail = `${what} is ${found.status}`;
  if (found.status === after) return { standing: 'done', detail };
  return { standing: found.status === before ? 'ready' : 'changed', detail };
}
