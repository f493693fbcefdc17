import { credentialKind } from '../acts/standing-of-service-credential.ts';
import { actBase, type PlanInput, type Proposal } from './planning.ts';
import type { KnownSuspect } from './suspects.ts';

/** Switches a service-specific credential, SSH key or signing certificate off that the actor made or woke; the user's others stay (S98, S100). */
export function disableServiceCredential(
  input: PlanInput,
  { name, facts, serviceCredentials }: KnownSuspect,
  credentialId: string,
): Proposal {
  const id = `disable-service-credential:${credentialId}`;
  const found = serviceCredentials?.find((credential) => credential.credentialId === credentialId);
  const { words, call } = credentialKind(found?.kind);
  const which = `${found ? words : 'credential'} ${credentialId} of user ${name}`;
  if (!serviceCredentials) return { what: id, why: `${which} could not be read: find and deactivate it by hand` };
  if (found?.status !== 'Active') return { what: id, why: `${which} is ${found?.status ?? 'deleted'} already` };
  return {
    id,
    title: `Switch off ${which}, for ${found.service}`,
    sources: ['S98', 'S100'],
    target: facts?.arn ?? name,
    calls: [call],
    before: { credentialId, status: 'Active' },
    after: { credentialId, status: 'Inactive' },
    reversible: true,
    undo: 'switches the same credential on again',
    mayBreak: [`whatever reaches ${found.service} with ${credentialId}`],
    input: {
      act: 'setServiceCredentialStatus',
      ...actBase(input),
      userName: name,
      ...(facts?.userId === undefined ? {} : { userId: facts.userId }),
      ...(found.kind === undefined ? {} : { kind: found.kind }),
      credentialId,
      before: 'Active',
      after: 'Inactive',
    },
  };
}
