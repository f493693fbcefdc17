import { describe, expect, it } from 'vitest';
import { actorContainment } from '../../../../src/domain/plan/actor-containment.ts';
import type { RevokeRoleSessions } from '../../../../src/domain/acts/acts.ts';
import { invert } from '../../../../src/domain/acts/invert.ts';
import type { Hop, Lineage } from '../../../../src/domain/findings/lineage.ts';
import type { PlannedAction } from '../../../../src/domain/plan/plan.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import type { Statement } from '../../../../src/domain/policy/policy-document.ts';
import { roleSessionsIn } from '../../../../src/domain/plan/role-sessions.ts';
import { sessionScope } from '../../../../src/domain/plan/session-scope.ts';
import { standingOfRevocation } from '../../../../src/domain/acts/standing.ts';
import {
  aDocument,
  anAlert,
  aPlanInput,
  aPolicy,
  aRole,
  aRoleSession,
  aTrail,
  aTrailEvent,
  ids,
  without,
} from '../../../support/builders.ts';
import { cutoffOf, revocationDocument } from '../../../../src/domain/acts/session-revocation.ts';
import type { PrincipalFacts } from '../../../../src/domain/findings/principal-facts.ts';

const at = '2026-03-02T09:50:00Z';
const roleId = 'AROAEXAMPLEBACKUP';
const userArn = (name: string) => `arn:aws:iam::${ids.account}:user/people/${name}`;
const principal = aRoleSession({
  arn: `arn:aws:sts::${ids.account}:assumed-role/backup/mallory`,
  id: `${roleId}:mallory`,
  sessionName: 'mallory',
});
const session = principal.accessKeyId ?? '';
const aHop = (changes: Partial<Hop> = {}): Hop => ({
  accessKeyId: session,
  at,
  via: 'AssumeRole',
  callerArn: userArn('mallory'),
  callerKey: 'AKIAMALLORY',
  roleArn: ids.roleArn,
  sessionName: 'mallory',
  ...changes,
});
const letting = (AWS: string, condition?: Statement['Condition']): Statement => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action: 'sts:AssumeRole',
  ...(condition === undefined ? {} : { Condition: condition }),
});
const named = (value: string | string[]) => ({ StringEquals: { 'sts:RoleSessionName': value } });
const root = `arn:aws:iam::${ids.account}:root`;
const role = (...trust: Statement[]): PrincipalFacts => aRole({ roleId, trust: aDocument(...trust) });
const lineage = (changes: Partial<Lineage> = {}): Lineage => ({
  behind: [aHop()],
  taken: [],
  made: [],
  gaps: [],
  ...changes,
});
const input = (changes: Partial<PlanInput> = {}): PlanInput =>
  aPlanInput({
    alert: anAlert({ principal }),
    policy: aPolicy({ revokeSessions: 'person' }),
    lineage: lineage(),
    ...changes,
  });
const scope = (facts: PrincipalFacts, changes: Partial<Lineage> = {}) =>
  sessionScope(input({ lineage: lineage(changes) }), facts);
const mallory = { session: { key: 'aws:userid', value: `${roleId}:mallory` } };
const why = (text: string) => ({ why: expect.stringContaining(text) as string });

describe('revoking one person’s sessions of a role', () => {
  it('is possible where the trust policy makes the caller’s name the session’s', () => {
    expect(scope(role(letting(root, named('${aws:username}'))))).toEqual(mallory);
    expect(scope(role(letting(userArn('mallory'), named('mallory'))))).toEqual(mallory);
    // Others may come in as they like: this caller may not.
    expect(scope(role(letting(userArn('mallory'), named('mallory')), letting(userArn('carol'))))).toEqual(mallory);
  });

  it('goes by the source identity where the trust policy asks for that', () => {
    const trust = letting(root, { StringEquals: { 'STS:sourceIdentity': '${aws:username}' } });
    const marked = { behind: [aHop({ sourceIdentity: 'mallory', sessionName: 'anything' })] };
    expect(scope(role(trust), marked)).toEqual({ session: { key: 'aws:SourceIdentity', value: 'mallory' } });
    expect(scope(role(trust))).toMatchObject(why('could choose the name'));
  });

  it('is possible where SAML chose the name, unless the actor made or changed a provider', () => {
    // Whoever comes by SAML has no ARN in the trail.
    const saml = without(aHop({ via: 'AssumeRoleWithSAML' }), 'callerArn');
    const trust = role({ Effect: 'Allow', Principal: { Federated: 'arn:aws:iam::1:saml-provider/x' }, Action: '*' });
    expect(scope(trust, { behind: [saml] })).toEqual(mallory);
    const made = [{ kind: 'identity-provider' as const, name: 'arn:aws:iam::1:saml-provider/x', at }];
    expect(scope(trust, { behind: [saml], made })).toMatchObject(why('made or changed'));
  });

  it('is not possible where the actor could have had another name', () => {
    const free = 'could choose the name';
    expect(scope(role(letting(root)))).toMatchObject(why(free));
    expect(scope(role(letting('*', named('mallory')), letting(ids.account)))).toMatchObject(why(free));
    expect(scope(role(letting(root, named(['mallory', 'carol']))))).toMatchObject(why(free));
    expect(scope(role(letting(root, named('carol'))))).toMatchObject(why(free));
    expect(scope(role(letting(root, { StringLike: { 'sts:RoleSessionName': 'mallory' } })))).toMatchObject(why(free));
    expect(scope(role(letting(root, named('${aws:PrincipalTag/x}'))))).toMatchObject(why(free));
    // The role may assume itself, under any name.
    const itself = letting(ids.roleArn);
    expect(scope(role(letting(userArn('mallory'), named('mallory')), itself))).toMatchObject(why(free));
    const web = { behind: [aHop({ via: 'AssumeRoleWithWebIdentity' })] };
    expect(scope(role(letting(root, named('mallory'))), web)).toMatchObject(why(free));
  });

  it('is not possible for a name that could mean something in a policy', () => {
    const odd = { behind: [aHop({ sessionName: '*' })] };
    expect(scope(role(letting(root, named('*'))), odd)).toMatchObject(why('could choose the name'));
  });

  it('is not possible where sessions or trust are not known, or were tampered with', () => {
    const pinned = role(letting(root, named('${aws:username}')));
    expect(sessionScope(input({ lineage: null }), pinned)).toMatchObject(why('not traced'));
    expect(scope(aRole({ roleId }))).toMatchObject(why('was not read'));
    expect(scope(pinned, { behind: [] })).toMatchObject(why(`who took session ${session} is not in the trail`));
    expect(scope(pinned, { made: [{ kind: 'trust', name: 'backup', at }] })).toMatchObject(why('the actor changed'));
    const second = aHop({ accessKeyId: 'ASIA2', callerArn: userArn('carol'), sessionName: 'carol' });
    expect(scope(pinned, { taken: [second] })).toMatchObject(why('under several names'));
  });
});

describe('the plan to revoke sessions', () => {
  const planned = (changes: Partial<PlanInput>) => actorContainment(input({ principal: pinned, ...changes }));
  const pinned = role(letting(root, named('${aws:username}')));
  const first = (proposals: ReturnType<typeof actorContainment>) => proposals[0] as PlannedAction;

  it('names one person where the policy wants that and it can be done', () => {
    const action = first(planned({}));
    expect(action).toMatchObject({
      id: 'revoke-role-sessions',
      title: `Revoke the sessions of role backup with aws:userid ${roleId}:mallory that have begun by then`,
      input: mallory,
    });
    expect(action.mayBreak).toEqual([expect.stringContaining('other sessions of role backup go on') as string]);
  });

  it('is role-wide by default, and says why where one person could not be told apart', () => {
    const byDefault = planned({ policy: aPolicy() });
    expect(first(byDefault).input).not.toHaveProperty('session');
    expect(byDefault.map((proposal) => ('id' in proposal ? proposal.id : proposal.what))).toEqual([
      'revoke-role-sessions',
      'stop new sessions of role backup',
    ]);
    const open = planned({ principal: role(letting(root)) });
    expect(first(open).input).not.toHaveProperty('session');
    expect(open[1]).toMatchObject({
      what: 'revoke-role-sessions of one person',
      why: expect.stringContaining('could choose the name') as string,
    });
  });

  it('names who else has to begin a new session, and counts the rest', () => {
    const events = Array.from({ length: 13 }, (_, n) =>
      aTrailEvent({
        eventName: 'AssumeRole',
        principalArn: userArn(`person${n}`),
        session: { accessKeyId: `ASIA${n}`, roleArn: ids.roleArn, sessionName: `person${n}` },
      }),
    );
    const own = aTrailEvent({ session: { accessKeyId: session, roleArn: ids.roleArn, sessionName: 'mallory' } });
    const other = aTrailEvent({ session: { accessKeyId: 'ASIAX', roleArn: `${ids.roleArn}2`, sessionName: 'x' } });
    const roleSessions = [roleSessionsIn(pinned, aTrail([own, other, ...events, ...events]))];
    const { mayBreak } = first(planned({ policy: aPolicy(), roleSessions }));
    expect(mayBreak).toHaveLength(12);
    expect(mayBreak[1]).toBe(`session person0 of ${userArn('person0')}, taken at ${events[0]?.time ?? ''}`);
    expect(mayBreak[11]).toBe('and 3 more sessions of role backup');
    expect(mayBreak.join()).not.toContain('mallory');
  });

  it('warns the owner of instances that have the role', () => {
    const taken = aTrailEvent({ session: { roleArn: ids.roleArn, sessionName: ids.instance } });
    const roleSessions = [roleSessionsIn(pinned, aTrail([taken]))];
    expect(first(planned({ policy: aPolicy(), roleSessions })).mayBreak[1]).toContain(
      `instance ${ids.instance}: goes on running`,
    );
    const service: Statement = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: '*' };
    const none = [roleSessionsIn(pinned, aTrail())];
    const profile = planned({ policy: aPolicy(), roleSessions: none, principal: role(service) });
    expect(first(profile).mayBreak[1]).toContain('instances that have role backup');
  });

  it('says that it does not know who else there is', () => {
    const unread = [roleSessionsIn(pinned, null)];
    expect(first(planned({ policy: aPolicy(), roleSessions: unread })).mayBreak[1]).toContain('not fully known');
    const cut = [roleSessionsIn(pinned, aTrail([], { truncated: true }))];
    expect(first(planned({ policy: aPolicy(), roleSessions: cut })).mayBreak[1]).toContain('not read to its end');
    expect(first(planned({ policy: aPolicy() })).mayBreak[1]).toContain('not fully known');
  });
});

describe('the policy that revokes one person’s sessions', () => {
  const cutoff = '2026-03-02T10:30:00.000Z';
  const mark = { key: 'aws:SourceIdentity' as const, value: 'mallory' };
  const revoked = revocationDocument(ids.incidentKey, cutoff, mark);
  const act: RevokeRoleSessions = {
    act: 'revokeRoleSessions',
    incidentKey: ids.incidentKey,
    accountId: ids.account,
    region: ids.region,
    roleName: 'backup',
    policyName: 'p',
    session: mark,
    before: null,
  };

  it('denies sessions that carry the mark and are older, and no others', () => {
    expect(revoked.Statement).toEqual([
      {
        Sid: 'VMXABCDEFGHIJRevokeOlderSessions',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: {
          DateLessThan: { 'aws:TokenIssueTime': cutoff },
          StringEquals: { 'aws:SourceIdentity': 'mallory' },
        },
      },
    ]);
  });

  it('is told from the one for the whole role, and from another person’s', () => {
    expect(cutoffOf(ids.incidentKey, revoked, mark)).toBe(cutoff);
    expect(cutoffOf(ids.incidentKey, revoked)).toBeNull();
    expect(cutoffOf(ids.incidentKey, revoked, { ...mark, value: 'carol' })).toBeNull();
    const state = { holderArn: ids.roleArn, document: revocationDocument(ids.incidentKey, cutoff) };
    expect(standingOfRevocation(act, state)).toMatchObject({ standing: 'changed' });
    expect(standingOfRevocation(act, { ...state, document: revoked })).toMatchObject({
      standing: 'done',
      observed: { cutoff },
    });
  });

  it('is what an undo deletes', () => {
    expect(invert(act, { cutoff })).toMatchObject({ act: 'putInlinePolicy', before: revoked, after: null });
  });
});
