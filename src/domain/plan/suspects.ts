import type { Hop, Lineage, MadeWayIn } from '../findings/lineage.ts';
import type { Alert } from '../alert/alert.ts';
import { credentialKinds } from '../acts/standing-of-service-credential.ts';
import { iamIdentity, roleIdIn, stableId, userIdIn } from '../alert/principal.ts';
import type { Beyond } from '../alert/other-callers.ts';
import type { PrincipalFacts, ServiceCredential } from '../findings/principal-facts.ts';

/**
 * A user or role that is contained beside the actor. `whole`: it is in the actor's hands; `sessions`: it is not, sessions
 * of it were; `keys`: only these keys of it are.
 */
export interface Suspect {
  type: 'user' | 'role';
  name: string;
  /** Of a user, where the trail says it. */
  userId?: string;
  /** Of a role that the actor made, where the trail says it. */
  roleId?: string;
  extent: 'whole' | 'sessions' | 'keys';
  keys: string[];
  /** Service-specific credentials, SSH keys and signing certificates of a user that the actor made or woke, by id. */
  credentials: string[];
  /** How it is known, in words. */
  why: string[];
}
/** A suspect as IAM has it; null: it could not be read. */
export interface KnownSuspect extends Suspect {
  facts: PrincipalFacts | null;
  /** Where `credentials` names some: all that the user has; null: they could not be read. */
  serviceCredentials?: ServiceCredential[] | null;
}

const extents = ['keys', 'sessions', 'whole'] as const;

/** More are named, and contained by hand: a plan that nobody can read is no plan. */
export const mostSuspects = 10;

/**
 * Everybody behind, after and beside the actor, each once, with the widest reason: by the trail, and by other signs. The
 * actor is not among them.
 */
export function suspectsOf(
  { behind, taken, made }: Lineage,
  { principal, recipientAccount }: Pick<Alert, 'principal' | 'recipientAccount'>,
  others: { suspects: Suspect[]; beyond: Beyond[] } = { suspects: [], beyond: [] },
): { suspects: Suspect[]; beyond: Beyond[] } {
  const found = new Map<string, Suspect>();
  const beyond: Beyond[] = [...others.beyond];
  const actor = iamIdentity(principal);
  const userOfCall = userIdIn(stableId(principal));
  const roleOfCall = roleIdIn(stableId(principal));
  // A user or role that was made under the name which the actor had before is another one.
  const isActor = ({ type, name, userId = userOfCall, roleId = roleOfCall }: Suspect): boolean =>
    type === actor?.type &&
    name === actor.name &&
    (userOfCall === undefined || userId === userOfCall) &&
    (roleOfCall === undefined || roleId === roleOfCall);
  const add = (suspect: Suspect) => {
    if (isActor(suspect)) return;
    const id = `${suspect.type} ${suspect.name}`;
    const known = found.get(id);
    found.set(id, known ? merged(known, suspect) : suspect);
  };

  for (const hop of behind) {
    const caller = identityOf(hop.callerArn);
    const why = `took ${sessionWords(hop)}`;
    if (!caller || caller.account !== recipientAccount) {
      const { callerAccount } = hop;
      const unnamed = callerAccount === undefined ? 'the caller' : `the caller of account ${callerAccount}`;
      const what = `contain ${hop.callerArn ?? unnamed}`;
      beyond.push({ what, why: `it ${why}, and is no user or role of this account: contain it where it belongs` });
    } else {
      add({
        type: caller.type,
        name: caller.name,
        ...(caller.type === 'user' && hop.callerId !== undefined ? { userId: hop.callerId } : {}),
        extent: caller.type === 'user' ? 'whole' : 'sessions',
        keys: [],
        credentials: [],
        why: [why],
      });
    }
  }
  for (const hop of taken) {
    const role = identityOf(hop.roleArn);
    if (!role) continue; // a session of the caller itself ends with the caller
    const why = `the actor took ${sessionWords(hop)}`;
    if (role.account === recipientAccount)
      add({ type: 'role', name: role.name, extent: 'sessions', keys: [], credentials: [], why: [why] });
    else
      beyond.push({
        what: `revoke sessions of ${hop.roleArn ?? ''}`,
        why: `${why}, in another account: revoke them there`,
      });
  }
  for (const way of made) {
    const suspect = suspectOf(way);
    if ('what' in suspect) beyond.push(suspect);
    else add(suspect);
  }
  others.suspects.forEach(add);
  const planned = mostTelling([...found.values()]);
  for (const suspect of found.values()) {
    if (planned.has(suspect)) continue;
    const why = `${suspect.why.join(', ')}: more than ${mostSuspects}, by hand`;
    beyond.push({ what: `contain ${suspect.type} ${suspect.name}`, why });
  }
  return { suspects: [...planned], beyond };
}

/** Sessions are taken by the dozen: they push out nobody who is in the actor's hands, and no key that it made. */
function mostTelling(found: Suspect[]): Set<Suspect> {
  const weight = ({ extent }: Suspect): number => ['whole', 'keys', 'sessions'].indexOf(extent);
  const first = new Set(found.toSorted((a, b) => weight(a) - weight(b)).slice(0, mostSuspects));
  return new Set(found.filter((suspect) => first.has(suspect)));
}

const merged = (known: Suspect, more: Suspect): Suspect => ({
  ...known,
  ...(more.userId === undefined ? {} : { userId: known.userId ?? more.userId }),
  extent: extents.indexOf(more.extent) > extents.indexOf(known.extent) ? more.extent : known.extent,
  keys: [...new Set([...known.keys, ...more.keys])],
  credentials: [...new Set([...known.credentials, ...more.credentials])],
  why: [...new Set([...known.why, ...more.why])],
});

const sessionWords = ({ roleArn, sessionName, at }: Hop): string =>
  roleArn === undefined
    ? `a session at ${at}`
    : `role ${roleArn}${sessionName === undefined ? '' : ` as ${sessionName}`} at ${at}`;

function suspectOf({ kind, name, userId, roleId, accessKeyId, credentialId, how, at }: MadeWayIn): Suspect | Beyond {
  const did = how === undefined ? 'made' : doings[how];
  switch (kind) {
    case 'access-key':
      return accessKeyId === undefined
        ? {
            what: `the access key that the actor ${did} for user ${name}`,
            why: `${did} at ${at}, its id is not in the record: find and disable it`,
          }
        : {
            type: 'user',
            name,
            extent: 'keys',
            keys: [accessKeyId],
            credentials: [],
            why: [`the actor ${did} access key ${accessKeyId} at ${at}`],
          };
    case 'user':
      return {
        type: 'user',
        name,
        ...(userId === undefined ? {} : { userId }),
        extent: 'whole',
        keys: [],
        credentials: [],
        why: [`the actor made it at ${at}`],
      };
    case 'login':
      return {
        type: 'user',
        name,
        extent: 'whole',
        keys: [],
        credentials: [],
        why: [`the actor set its console password at ${at}`],
      };
    case 'role':
      return {
        type: 'role',
        name,
        ...(roleId === undefined ? {} : { roleId }),
        extent: 'whole',
        keys: [],
        credentials: [],
        why: [`the actor made it at ${at}`],
      };
    case 'trust':
      return {
        type: 'role',
        name,
        extent: 'sessions',
        keys: [],
        credentials: [],
        why: [`the actor changed its trust policy at ${at}`],
      };
    case 'identity-provider':
      return {
        what: `identity provider ${name}`,
        why:
          `the actor made or changed it at ${at}: roles that trust it are narrowed; delete it, or put its metadata back, ` +
          'by hand',
      };
    case 'roles-anywhere':
      return {
        what: `${name} of IAM Roles Anywhere`,
        why:
          `the actor made, changed or enabled it at ${at}: whoever holds a certificate that it trusts takes sessions of ` +
          'roles that trust rolesanywhere.amazonaws.com; disable it by hand (DisableTrustAnchor, DisableProfile), and ' +
          'revoke the sessions of those roles',
      };
    case 'service-credential':
    case 'ssh-key':
    case 'signing-certificate':
      return credentialId === undefined
        ? {
            what: `${credentialKinds[kind].words}s of user ${name}`,
            why: `${did} at ${at}, the id is not in the record: find and deactivate them`,
          }
        : {
            type: 'user',
            name,
            extent: 'keys',
            keys: [],
            credentials: [credentialId],
            why: [`the actor ${did} ${credentialKinds[kind].words} ${credentialId} at ${at}`],
          };
  }
}

const doings = { 'switched on': 'switched on', reset: 'gave a new password to' } as const;

/** The user or role of an ARN, a role session's role; null for root, federated users and services. */
export function identityOf(arn: string | undefined): { type: 'user' | 'role'; name: string; account: string } | null {
  const parts = /^arn:[\w-]+:(?:iam|sts)::(\d{12}):(user|role|assumed-role)\/(.+)$/.exec(arn ?? '');
  const [, account = '', kind = '', path = ''] = parts ?? [];
  if (!parts) return null;
  const segments = path.split('/');
  const name = (kind === 'assumed-role' ? segments[0] : segments.at(-1)) ?? '';
  return { type: kind === 'user' ? 'user' : 'role', name, account };
}
