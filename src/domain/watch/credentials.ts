import type { Alert } from '../alert/alert.ts';
import type { InstanceFacts, SoftwareFacts } from '../findings/facts.ts';
import { isOfImage, machineWords } from '../findings/machine.ts';
import { tagsNamed } from '../findings/instance-tags.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import { secretsByInventory } from '../findings/software-secrets.ts';
import type { KnownSuspect } from '../plan/suspects.ts';
import type { PrincipalFacts } from '../findings/principal-facts.ts';

/**
 * What has to be rotated (S109), one by one until it is done: what the actor used, and what was on the machine that left.
 * New ones are made by their owners; none is ever shown to us or kept here.
 */
export interface Credential {
  /** Such as `key/AKIA…`, `tag/db-password`, `machine`. */
  id: string;
  what: string;
  /** Why it counts as lost. */
  why: string;
}

export interface CredentialRecord extends Credential {
  status: 'open' | 'rotated' | 'not-needed';
  /** Who said so, when (ISO 8601 UTC), and what they wrote. */
  by?: string;
  at?: string;
  note?: string;
}

/** Somebody says what became of one, or names another: then `what` says which, and it gets an id. */
export type CredentialTold =
  | { credential: string; status: 'rotated' | 'not-needed'; by: string; note?: string }
  | { what: string; by: string; note?: string };

export interface CredentialFacts {
  alert: Alert;
  policy: Pick<ResponsePolicy, 'tags'>;
  instance: InstanceFacts | null;
  software?: SoftwareFacts | null;
  principal: PrincipalFacts | null;
  suspects: KnownSuspect[];
}

/** What is known to be affected. What a disk holds only its owner knows, so that question is one of them. */
export function affectedCredentials({
  alert,
  policy,
  instance,
  software = null,
  principal,
  suspects,
}: CredentialFacts): Credential[] {
  const found = new Map<string, Credential>();
  const add = (credential: Credential) => {
    if (!found.has(credential.id)) found.set(credential.id, credential);
  };
  if (principal?.type === 'user') ofUser(principal, 'the actor made the call with this user').forEach(add);
  else if (!principal) ofUnread(alert).forEach(add);
  for (const { type, name, facts, extent, keys } of suspects) {
    if (type !== 'user') continue;
    if (!facts) {
      for (const key of keys) add(accessKey(name, key, 'made by the actor; the user could not be read in IAM'));
      continue;
    }
    if (extent === 'whole') ofUser(facts, 'the actor has this user, too').forEach(add);
    else
      for (const key of keys)
        add(accessKey(facts.name, key, 'made by the actor: delete it, the user needs none in its place'));
  }
  if (alert.outcome === 'success') {
    const machine = isOfImage(alert) ? machineWords(alert) : 'the exported machine';
    for (const { name: tag, value } of tagsNamed(instance, policy.tags.secrets ?? [])) {
      for (const name of value.split(/[\s,;]+/).filter((part) => part !== '')) {
        add({ id: `tag/${name}`, what: `secret ${name}`, why: `tag ${tag} says that ${machine} carries it` });
      }
    }
    for (const { id, packages, secrets } of secretsByInventory(software)) {
      const why = `by inventory: ${packages.join(', ')} was installed on ${machine}`;
      add({ id: `inventory/${id}`, what: secrets, why });
    }
    const profile = instance?.instanceProfileArn;
    if (profile !== undefined) {
      const why = 'its session may be on the disk; it expires by itself within hours, or is ended by revoking the role';
      add({ id: 'instance-profile', what: `sessions of instance profile ${profile}`, why });
    }
    add({
      id: 'machine',
      what: `everything else on ${isOfImage(alert) ? `image ${alert.imageId ?? ''}` : (alert.instanceId ?? machine)}`,
      why: 'a copy of the disk left: its owner names the keys, tokens, certificates and passwords on it',
    });
  }
  return [...found.values()];
}

const accessKey = (user: string, key: string, why: string): Credential => ({
  id: `key/${key}`,
  what: `access key ${key} of user ${user}`,
  why,
});

const ofUser = (
  { name, accessKeys }: { name: string; accessKeys: { accessKeyId: string }[] },
  why: string,
): Credential[] => [
  ...accessKeys.map(({ accessKeyId }) => accessKey(name, accessKeyId, why)),
  { id: `password/${name}`, what: `console password and MFA of user ${name}`, why },
];

/** IAM did not tell of the user, and the alert names its key. */
function ofUnread({ principal: { kind, name, accessKeyId } }: Alert): Credential[] {
  if (kind !== 'iam-user' || name === undefined) return [];
  const why = 'the actor made the call with this user, which could not be read in IAM: it may have further keys';
  return ofUser({ name, accessKeys: accessKeyId?.startsWith('AKIA') ? [{ accessKeyId }] : [] }, why);
}

const words = { open: 'to rotate', rotated: 'rotated', 'not-needed': 'need not be rotated' };

export const credentialLine = ({ id, what, status, by, at }: CredentialRecord): string =>
  `${id}: ${what}, ${words[status]}${by === undefined ? '' : ` (${by}, ${at ?? ''})`}`;
