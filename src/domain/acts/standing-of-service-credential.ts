import type { SetServiceCredentialStatus, TargetCheck } from './acts.ts';
import { anotherUser } from './standing.ts';
import type { ServiceCredential } from '../findings/principal-facts.ts';

export interface ServiceCredentialsState {
  /** null: there is no such user. */
  userArn: string | null;
  userId?: string;
  credentials: ServiceCredential[];
}

/** What people call it, and the call that switches it. */
export const credentialKinds = {
  'service-credential': {
    words: 'service-specific credential',
    call: 'iam:UpdateServiceSpecificCredential',
  },
  'ssh-key': { words: 'SSH public key', call: 'iam:UpdateSSHPublicKey' },
  'signing-certificate': { words: 'signing certificate', call: 'iam:UpdateSigningCertificate' },
} as const;
export const credentialKind = (kind: ServiceCredential['kind']) => credentialKinds[kind ?? 'service-credential'];

/** Where a service-specific credential stands; one that has expired is neither on nor off. See `standing.ts`. */
export function standingOfServiceCredential(
  { userName, userId, kind, credentialId, before, after }: SetServiceCredentialStatus,
  state: ServiceCredentialsState,
): TargetCheck {
  const { userArn, credentials } = state;
  if (userArn === null) return { standing: 'gone', detail: `there is no user ${userName}` };
  const other = anotherUser(userName, userId, state.userId);
  if (other) return other;
  const what = `${credentialKind(kind).words} ${credentialId} of user ${userName}`;
  const found = credentials.find((credential) => credential.kind === kind && credential.credentialId === credentialId);
  if (!found) return { standing: 'gone', detail: `${what} is deleted` };
  const detail = `${what} is ${found.status}`;
  if (found.status === after) return { standing: 'done', detail };
  return { standing: found.status === before ? 'ready' : 'changed', detail };
}
