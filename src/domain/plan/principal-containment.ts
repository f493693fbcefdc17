import { isExportEvent } from '../alert/alert.ts';
import { inlinePolicyName, sid } from '../acts/created-names.ts';
import { lackOfRoom } from './inline-room.ts';
import { ownInlinePolicy } from './own-inline-policy.ts';
import { actBase, sessionsOf, suspectedKeys, type PlanInput, type Proposal } from './planning.ts';
import { whoElse } from './role-sessions.ts';
import { sessionScope } from './session-scope.ts';
import { asJson } from '../json.ts';
import { revocationDocument } from '../acts/session-revocation.ts';
import type { PrincipalFacts } from '../findings/principal-facts.ts';

/** The acts that contain one user or role. Which of them, and why, is for the callers. */
export interface Containing {
  /** After the kind of action, where several principals are contained: `:NAME`. */
  suffix: string;
  /** Only these keys; the user's others stay. */
  only?: string[];
  /** The key of the call that the alert is about. */
  usedKey?: string;
  /** What it did lately, or how it is known, in words that follow "whatever it does". */
  about: string;
}

export function disableAccessKeys(input: PlanInput, user: PrincipalFacts, containing: Containing): Proposal {
  const { suffix, only, usedKey, about } = containing;
  const what = `disable-access-keys${suffix}`;
  const gap = user.gaps.find((candidate) => /access key/i.test(candidate.what));
  if (gap) return { what, why: `${gap.what}: ${gap.why}${only ? '' : '; the deny on the user covers them'}` };
  const keys = user.accessKeys
    .filter(({ status, accessKeyId }) => status === 'Active' && (only?.includes(accessKeyId) ?? true))
    .map(({ accessKeyId }) => ({ accessKeyId, before: 'Active' as const, after: 'Inactive' as const }));
  if (keys.length === 0) {
    return { what, why: `user ${user.name} has no active access key${only ? ` ${only.join(', ')}` : ''}` };
  }
  return {
    id: what,
    title: only
      ? `Switch off ${keys.map(({ accessKeyId }) => accessKeyId).join(', ')} of user ${user.name}`
      : `Switch off ${keys.length} access key(s) of user ${user.name}`,
    sources: ['S98', 'S100'],
    target: user.arn,
    calls: ['iam:UpdateAccessKey'],
    before: asJson(keys.map(({ accessKeyId, before }) => ({ accessKeyId, status: before }))),
    after: asJson(keys.map(({ accessKeyId, after }) => ({ accessKeyId, status: after }))),
    reversible: true,
    undo: 'switches the same keys on again',
    mayBreak: keys.map(({ accessKeyId }) => {
      if (suffix !== '') return `whatever runs with ${accessKeyId}${about}`;
      const call = isExportEvent(input.alert.eventName) ? 'export' : 'call';
      return accessKeyId === usedKey
        ? `whatever runs with ${accessKeyId}, the key of the ${call}`
        : `whatever runs with ${accessKeyId}, which did not make the ${call}`;
    }),
    input: {
      act: 'setAccessKeyStatus',
      ...actBase(input),
      userName: user.name,
      ...(user.userId === undefined ? {} : { userId: user.userId }),
      keys,
      ...(only ? { othersStay: true as const } : {}),
    },
  };
}

export function denyEverything(input: PlanInput, principal: PrincipalFacts, { suffix, about }: Containing): Proposal[] {
  const what = `deny-actor${suffix}`;
  const { type, name } = principal;
  const statement = { Sid: sid(input.incidentKey, 'DenyAll'), Effect: 'Deny', Action: '*', Resource: '*' };
  const denied = ownInlinePolicy(input, principal, 'deny-all', statement);
  if (!denied) return [{ what, why: `${type} ${name} is denied everything already` }];
  const action: Proposal = {
    id: what,
    title: `Deny everything to ${type} ${name}`,
    sources: ['S98', 'S99', 'S100'],
    mayBreak: [
      type === 'user'
        ? `everything that user ${name} does, in the console too${about}`
        : `everything that runs in role ${name}${about}`,
    ],
    ...denied,
  };
  const { policyName, after } = denied.input;
  return [action, ...room(what, after && lackOfRoom(principal, policyName, after))];
}

const room = (what: string, why: string | null): Proposal[] =>
  why === null ? [] : [{ what: `make room for ${what}`, why }];

/** As long as any. */
const someMoment = new Date(0).toISOString();

/** For all of the role, or for one person where the policy wants that and nobody could have chosen the name (S99). */
export function revokeSessions(input: PlanInput, role: PrincipalFacts, { suffix, about }: Containing): Proposal[] {
  const what = `revoke-role-sessions${suffix}`;
  const policyName = inlinePolicyName(input.incidentKey, 'revoke-sessions');
  if (role.inline.some(({ name }) => name === policyName)) {
    return [{ what, why: `inline policy ${policyName} of role ${role.name} is there already` }];
  }
  const scope = input.policy.revokeSessions === 'person' ? sessionScope(input, role) : null;
  const session = scope && 'session' in scope ? scope.session : undefined;
  const which = session ? ` with ${session.key} ${session.value}` : '';
  const action: Proposal = {
    id: what,
    title: `Revoke the sessions of role ${role.name}${which} that have begun by then`,
    sources: ['S98', 'S99', 'S100'],
    target: role.arn,
    calls: ['iam:PutRolePolicy'],
    before: null,
    after: {
      policyName,
      deniesSessionsIssuedBefore: 'the moment of the act',
      ...(session ? { onlyWith: { [session.key]: session.value } } : {}),
    },
    reversible: true,
    undo: `deletes inline policy ${policyName}`,
    mayBreak: session
      ? [`older sessions${which}; other sessions of role ${role.name} go on${about}`]
      : [
          `everyone and everything with an older session of role ${role.name}: they assume it again${about}`,
          ...whoElse(role, sessionsOf(input, role.name), suspectedKeys(input)),
        ],
    input: {
      act: 'revokeRoleSessions',
      ...actBase(input),
      roleName: role.name,
      ...(role.roleId === undefined ? {} : { roleId: role.roleId }),
      policyName,
      ...(session ? { session } : {}),
      before: null,
    },
  };
  const roleWide = scope && 'why' in scope ? [{ what: `${what} of one person`, why: `${scope.why}: role-wide` }] : [];
  const document = revocationDocument(input.incidentKey, someMoment, session);
  return [action, ...room(what, lackOfRoom(role, policyName, document)), ...roleWide];
}
