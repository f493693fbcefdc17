import { iamIdentity } from '../alert/principal.ts';
import { whyUnread } from '../findings/finding.ts';
import {
  changeableActor,
  isOwnResponder,
  plannedAgain,
  whyUnchangeable,
  type PlanInput,
  type Proposal,
} from './planning.ts';
import { denyEverything, disableAccessKeys, revokeSessions } from './principal-containment.ts';
import { disableServiceCredential } from './service-credential-containment.ts';
import type { KnownSuspect } from './suspects.ts';
import type { TrailFacts } from '../findings/trail-facts.ts';

/**
 * Containing the actor (S98–S100). Keys of a user are switched off and the user is denied everything: sessions that were
 * made from its keys outlive them. A role's older sessions are revoked; it has no other switch.
 */
export function actorContainment(input: PlanInput): Proposal[] {
  const found = changeableActor(input);
  if ('why' in found)
    return [{ what: 'contain the actor', why: found.unread ? `${found.why}; ${onceRead(input)}` : found.why }];
  const { principal } = found;
  if (isOwnResponder(principal, input.policy)) {
    const why = `protected: ${principal.arn} is a responder, and containing it would end this response; act by hand`;
    return [{ what: 'contain the actor', why }];
  }
  const { accessKeyId, sessionName } = input.alert.principal;
  const { name } = input.alert.principal;
  const renamed =
    principal.type === 'user' && principal.userId !== undefined && name !== principal.name
      ? `; when it made the call its name was ${name ?? 'unknown'}`
      : '';
  const about = `${renamed}${lately(input.actorTrail)}`;
  const containing = { suffix: '', about, ...(accessKeyId === undefined ? {} : { usedKey: accessKeyId }) };
  if (principal.type === 'user') {
    return [disableAccessKeys(input, principal, containing), ...denyEverything(input, principal, containing)];
  }
  return [
    ...revokeSessions(input, principal, containing),
    {
      what: `stop new sessions of role ${principal.name}`,
      why:
        'revoking ends older sessions only: whoever assumed it may do so again; contain the caller' +
        (sessionName === undefined ? '' : ` behind session ${sessionName}`) +
        ', or narrow the trust policy',
    },
  ];
}

const onceRead = (input: PlanInput): string =>
  iamIdentity(input.alert.principal)?.type === 'role'
    ? plannedAgain(input, 'revoke-role-sessions')
    : plannedAgain(input, 'disable-access-keys', 'deny-actor');

/** What the actor did lately, as the little that is known of what a deny will stop. */
function lately(trail: TrailFacts | null | undefined): string {
  const calls = Object.entries(trail?.countByName ?? {}).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return calls.length === 0
    ? ''
    : `; lately ${calls
        .slice(0, 5)
        .map(([name, count]) => `${name} (${count})`)
        .join(', ')}`;
}

/** Everybody else of the same attack: who took the actor's session, what its credentials took, and what they made. */
export function suspectContainment(input: PlanInput): Proposal[] {
  const { suspects = [], beyond = [] } = input;
  return [...suspects.flatMap((suspect) => containSuspect(input, suspect)), ...beyond, ...notTraced(input)];
}

/** A plan without others reads as if there were none, also where nothing tells of them (P8). */
function notTraced({ actorTrail }: PlanInput): Proposal[] {
  const why = actorTrail === null ? "the actor's trail was not read" : actorTrail && whyUnread(actorTrail);
  if (!why) return [];
  const what = 'look for others whom the actor took or made';
  return [
    { what, why: `users, keys and roles made since the export, by hand in IAM; the playbook cannot tell: ${why}` },
  ];
}

function containSuspect(input: PlanInput, suspect: KnownSuspect): Proposal[] {
  const { type, name, extent, keys, credentials, why, facts } = suspect;
  const what = `contain ${type} ${name}`;
  const reasons = why.join(', ');
  if (!facts)
    return [{ what, why: `${reasons}; it could not be read in IAM: find out whether it exists, act by hand` }];
  const refusal =
    whyUnchangeable(facts, input.policy) ??
    (isOwnResponder(facts, input.policy) ? `protected: ${facts.arn} is a responder, act by hand` : null);
  if (refusal !== null) return [{ what, why: `${refusal}; ${reasons}` }];
  const containing = { suffix: `:${name}`, about: `; ${reasons}` };
  if (type === 'role') {
    return extent === 'whole' ? denyEverything(input, facts, containing) : revokeSessions(input, facts, containing);
  }
  const madeForServices = credentials.map((id) => disableServiceCredential(input, suspect, id));
  if (extent !== 'keys') {
    return [
      disableAccessKeys(input, facts, containing),
      ...madeForServices,
      ...denyEverything(input, facts, containing),
    ];
  }
  const madeKeys = keys.length > 0 ? [disableAccessKeys(input, facts, { ...containing, only: keys })] : [];
  return [...madeKeys, ...madeForServices];
}
