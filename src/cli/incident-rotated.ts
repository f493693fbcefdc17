import type { Client } from '@temporalio/client';
import { credentialUpdate } from '../../workflows/messages.ts';
import type { CredentialRecord, CredentialTold } from '../domain/watch/credentials.ts';
import { UsageError } from './failures.ts';
import { tellIncident } from './tell-incident.ts';

export interface RotatedOptions {
  by: string;
  notNeeded?: boolean;
  new?: boolean;
  note?: string;
}

/** What became of a credential, or that there is one more; tracked until it is done (S109). */
export function sayRotated(
  client: Client,
  ref: string,
  credential: string,
  { by, notNeeded, new: isNew, note }: RotatedOptions,
): Promise<CredentialRecord> {
  if (notNeeded && note === undefined) throw new UsageError('--note says why it need not be rotated');
  const common = { by, ...(note === undefined ? {} : { note }) };
  const told: CredentialTold = isNew
    ? { what: credential, ...common }
    : { credential, status: notNeeded ? 'not-needed' : 'rotated', ...common };
  return tellIncident(client, ref, credentialUpdate, told);
}
