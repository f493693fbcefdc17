import { inlinePolicyName, sid } from './created-names.ts';
import type { PrincipalFacts, TrailFacts } from './facts.ts';
import { actBase, asJson, changeableActor, isOwnResponder, type PlanInput, type Proposal } from './planning.ts';
import { sameDocument, type PolicyDocument } from './policy-document.ts';

/**
 * Containing the actor (S98–S100). Keys of a user are switched off and the user is denied everything: sessions that were
 * made from its keys outlive them. A role's older sessions are revoked; it has no other switch.
 */
export function actorContainment(input: PlanInput): Proposal[] {
  const found = changeableActor(input);
  if ('why' in found) return [{ what: 'contain the actor', why: found.why }];
  const { principal } = found;
  if (isOwnResponder(principal, input.policy)) {
    const why = `protected: ${principal.arn} is a responder, and containing it would end this response; act by hand`;
    return [{ what: 'contain the actor', why }];
  }
  return principal.type === 'user'
    ? [disableAccessKeys(input, principal), denyActor(input, principal)]
    : revokeRole(input, principal);
}

function disableAccessKeys(input: PlanInput, user: PrincipalFacts): Proposal {
  const what = 'disable-access-keys';
  const gap = user.gaps.find((candidate) => /access key/i.test(candidate.what));
  if (gap) return { what, why: `${gap.what}: ${gap.why}; the deny on the user covers them` };
  const keys = user.accessKeys
    .filter(({ status }) => status === 'Active')
    .map(({ accessKeyId }) => ({ accessKeyId, before: 'Active' as const, after: 'Inactive' as const }));
  if (keys.length === 0) return { what, why: `user ${user.name} has no active access key` };
  const used = input.alert.principal.accessKeyId;
  return {
    id: what,
    title: `Switch off ${keys.length} access key(s) of user ${user.name}`,
    sources: ['S98', 'S100'],
    target: user.arn,
    calls: ['iam:UpdateAccessKey'],
    before: asJson(keys.map(({ accessKeyId, before }) => ({ accessKeyId, status: before }))),
    after: asJson(keys.map(({ accessKeyId, after }) => ({ accessKeyId, status: after }))),
    reversible: true,
    undo: 'switches the same keys on again',
    mayBreak: keys.map(({ accessKeyId }) =>
      accessKeyId === used
        ? `whatever runs with ${accessKeyId}, the key of the export`
        : `whatever runs with ${accessKeyId}, which did not make the export`,
    ),
    input: { act: 'setAccessKeyStatus', ...actBase(input), userName: user.name, keys },
  };
}

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

function denyActor(input: PlanInput, user: PrincipalFacts): Proposal {
  const policyName = inlinePolicyName(input.incidentKey, 'deny-all');
  const after: PolicyDocument = {
    Version: '2012-10-17',
    Statement: [{ Sid: sid(input.incidentKey, 'DenyAll'), Effect: 'Deny', Action: '*', Resource: '*' }],
  };
  const before = user.inline.find(({ name }) => name === policyName)?.document ?? null;
  if (sameDocument(before, after)) return { what: 'deny-actor', why: `user ${user.name} is denied everything already` };
  return {
    id: 'deny-actor',
    title: `Deny everything to user ${user.name}`,
    sources: ['S98', 'S99', 'S100'],
    target: user.arn,
    calls: ['iam:PutUserPolicy'],
    before: asJson(before),
    after: asJson(after),
    reversible: true,
    undo: before ? `puts inline policy ${policyName} back` : `deletes inline policy ${policyName}`,
    mayBreak: [`everything that user ${user.name} does, in the console too${lately(input.actorTrail)}`],
    input: {
      act: 'putInlinePolicy',
      ...actBase(input),
      holder: { type: 'user', name: user.name },
      policyName,
      before,
      after,
    },
  };
}

function revokeRole(input: PlanInput, role: PrincipalFacts): Proposal[] {
  const policyName = inlinePolicyName(input.incidentKey, 'revoke-sessions');
  const existing = role.inline.find(({ name }) => name === policyName);
  const revoke: Proposal = existing
    ? { what: 'revoke-role-sessions', why: `inline policy ${policyName} of role ${role.name} is there already` }
    : {
        id: 'revoke-role-sessions',
        title: `Revoke the sessions of role ${role.name} that have begun by then`,
        sources: ['S98', 'S99', 'S100'],
        target: role.arn,
        calls: ['iam:PutRolePolicy'],
        before: null,
        after: { policyName, deniesSessionsIssuedBefore: 'the moment of the act' },
        reversible: true,
        undo: `deletes inline policy ${policyName}`,
        mayBreak: [
          `everyone and everything with an older session of role ${role.name}: they assume it again${lately(input.actorTrail)}`,
        ],
        input: { act: 'revokeRoleSessions', ...actBase(input), roleName: role.name, policyName, before: null },
      };
  const { sessionName } = input.alert.principal;
  return [
    revoke,
    {
      what: `stop new sessions of role ${role.name}`,
      why:
        'revoking ends older sessions only: whoever assumed it may do so again; contain the caller' +
        (sessionName === undefined ? '' : ` behind session ${sessionName}`) +
        ', or narrow the trust policy',
    },
  ];
}
