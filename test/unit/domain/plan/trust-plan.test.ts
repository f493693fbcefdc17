import { describe, expect, it } from 'vitest';
import { leftBehind } from '../../../../src/domain/cloudtrail/ways-in.ts';
import type { Json } from '../../../../src/domain/json.ts';
import type { Lineage } from '../../../../src/domain/findings/lineage.ts';
import type { PlannedAction } from '../../../../src/domain/plan/plan.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import type { Statement } from '../../../../src/domain/policy/policy-document.ts';
import { reopened } from '../../../../src/domain/plan/reopened.ts';
import { sameTrust } from '../../../../src/domain/policy/role-trust.ts';
import { standingOfTrust } from '../../../../src/domain/acts/standing-of-trust.ts';
import { trustContainment } from '../../../../src/domain/plan/trust-plan.ts';
import { trustChanges, trustSuspects, type KnownTrust } from '../../../../src/domain/plan/trust-suspects.ts';
import { aDocument, anAlert, aPlanInput, aPolicy, aRole, aTrailEvent, ids } from '../../../support/builders.ts';

const at = '2026-03-02T09:50:00Z';
const arnOf = (kind: 'user' | 'role', name: string, account: string = ids.account) =>
  `arn:aws:iam::${account}:${kind}/${name}`;
const root = (account: string) => `arn:aws:iam::${account}:root`;
const letting = (Principal: Json, changes: Statement = {}): Statement => ({
  Effect: 'Allow',
  Principal,
  Action: 'sts:AssumeRole',
  ...changes,
});
const none: Lineage = { behind: [], taken: [], made: [], gaps: [] };
const changedByActor: Lineage = { ...none, made: [{ kind: 'trust', name: 'deploy', at }] };
const provider = `arn:aws:iam::${ids.account}:oidc-provider/made.example`;

const trust = (statements: Statement[], changes: Partial<KnownTrust> = {}): KnownTrust => ({
  roleName: 'deploy',
  why: ['the actor changed who may assume it'],
  changes: [],
  facts: aRole({ name: 'deploy', arn: arnOf('role', 'deploy'), trust: aDocument(...statements) }),
  ...changes,
});
const plan = (known: KnownTrust, changes: Partial<PlanInput> = {}) =>
  trustContainment(aPlanInput({ lineage: changedByActor, trusts: [known], ...changes }));
const action = (known: KnownTrust, changes: Partial<PlanInput> = {}) => plan(known, changes)[0] as PlannedAction;
const after = (statements: Statement[], changes: Partial<PlanInput> = {}) => {
  const { input } = action(trust(statements), changes);
  return input.act === 'setTrustPolicy' ? input.after.Statement : [];
};

describe('roles that let in whom they should not', () => {
  const suspected = (lineage: Partial<Lineage>, providers: string[] = []) =>
    trustSuspects({ ...none, ...lineage }, anAlert(), aPolicy(), providers).map(({ roleName, why }) => [
      roleName,
      ...why,
    ]);

  it('are those that the actor changed, those that trust its provider, and those that an outside account came by', () => {
    const hop = { accessKeyId: 'ASIA1', at, via: 'AssumeRole' };
    expect(
      suspected(
        {
          made: [
            { kind: 'trust', name: 'deploy', at },
            { kind: 'role', name: 'back', at },
            { kind: 'trust', name: 'back', at },
          ],
          behind: [
            { ...hop, callerAccount: ids.outsideAccount, roleArn: arnOf('role', 'partner') },
            { ...hop, callerArn: arnOf('user', 'eve', ids.outsideAccount), roleArn: arnOf('role', 'exporter') },
            { ...hop, callerArn: arnOf('user', 'carol', ids.forensicsAccount), roleArn: arnOf('role', 'ours') },
            { ...hop, callerAccount: ids.outsideAccount, roleArn: arnOf('role', 'theirs', ids.outsideAccount) },
          ],
        },
        ['federated', 'deploy'],
      ),
    ).toEqual([
      ['deploy', `the actor changed who may assume it at ${at}`, expect.stringContaining('identity provider')],
      ['federated', 'it trusts an identity provider that the actor made or changed'],
      ['partner', `account ${ids.outsideAccount} assumed it at ${at}, on the way to the export`],
      ['exporter', `account ${ids.outsideAccount} assumed it at ${at}, on the way to the export`],
    ]);
    expect(suspected({})).toEqual([]);
  });
});

describe('narrowing a trust policy', () => {
  const ours = letting({ AWS: root(ids.account) });

  it('takes out accounts outside the organisation, and leaves everything else as it is', () => {
    const mixed = letting(
      { AWS: [root(ids.outsideAccount), root(ids.forensicsAccount)], Service: 'ec2.amazonaws.com' },
      { Sid: 'Mixed', Condition: { StringEquals: { 'sts:ExternalId': 'x' } } },
    );
    const deny = letting('*', { Effect: 'Deny' });
    expect(after([ours, letting({ AWS: ids.outsideAccount }), mixed, deny])).toEqual([
      ours,
      { ...mixed, Principal: { AWS: [root(ids.forensicsAccount)], Service: 'ec2.amazonaws.com' } },
      deny,
    ]);
    const { mayBreak, title } = action(trust([ours, letting({ AWS: ids.outsideAccount }), mixed]));
    expect(title).toBe(`Let ${ids.outsideAccount}, ${root(ids.outsideAccount)} assume role deploy no longer`);
    expect(mayBreak).toContain(`${root(ids.outsideAccount)} can no longer assume role deploy`);
    expect(mayBreak.at(-1)).toContain('ec2.amazonaws.com may still assume it');
  });

  it('takes out everybody, with or without a condition, and whoever the actor made', () => {
    const made: Lineage['made'] = [
      ...changedByActor.made,
      { kind: 'user', name: 'helper', at },
      { kind: 'role', name: 'back', at },
      { kind: 'identity-provider', name: provider, at },
    ];
    const lineage = { ...none, made };
    const everybody = letting({ AWS: '*' }, { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } });
    const allBut: Statement = { Effect: 'Allow', NotPrincipal: { AWS: 'x' }, Action: 'sts:AssumeRole' };
    expect(after([ours, letting('*'), everybody, allBut])).toEqual([ours]);
    const people = letting({ AWS: [arnOf('user', 'ops/helper'), arnOf('role', 'back'), arnOf('user', 'carol')] });
    const session = letting({ AWS: `arn:aws:sts::${ids.account}:assumed-role/back/x` });
    const google = letting({ Federated: [provider, 'accounts.google.com'] });
    expect(after([people, session, google], { lineage })).toEqual([
      { ...people, Principal: { AWS: [arnOf('user', 'carol')] } },
      { ...google, Principal: { Federated: ['accounts.google.com'] } },
    ]);
  });

  it('denies everybody where nobody is left: a trust policy cannot be empty', () => {
    expect(after([letting({ AWS: ids.outsideAccount })])).toEqual([
      { Sid: 'VMXABCDEFGHIJNobodyAssumes', Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
    ]);
  });

  it('is not planned where it names nobody unwanted, and says so', () => {
    const deleted = letting({ AWS: 'AROAEXAMPLEDELETED0' });
    expect(plan(trust([ours, deleted]))).toEqual([
      { what: 'narrow-trust:deploy', why: expect.stringContaining('nobody outside') as string },
    ]);
  });

  it('touches no protected role, no responder, none that could not be read, and shuts no responder out', () => {
    const outside = [letting({ AWS: ids.outsideAccount })];
    const refused = (known: KnownTrust, changes: Partial<PlanInput> = {}) => plan(known, changes);
    const policy = aPolicy({ protected: { principals: [arnOf('role', 'deploy')], buckets: [] } });
    expect(refused(trust(outside), { policy })).toMatchObject([
      { why: expect.stringContaining('protected') as string },
    ]);
    const soar = aRole({ arn: arnOf('role', 'soar-contain'), trust: aDocument(...outside) });
    expect(refused(trust(outside, { facts: soar }))).toMatchObject([
      { why: expect.stringContaining('is a responder') as string },
    ]);
    expect(refused(trust([], { facts: null }))).toMatchObject([
      { why: expect.stringContaining('could not be read') as string },
    ]);
    const responder = arnOf('role', 'soar-observe');
    const former = { at, byActor: false, document: aDocument(ours) };
    const byActor = { at, byActor: true, document: aDocument(ours, letting({ AWS: responder })) };
    const known = trust(byActor.document.Statement, { changes: [byActor, former] });
    expect(refused(known)).toMatchObject([
      { why: expect.stringContaining(`shut responder ${responder} out`) as string },
    ]);
  });
});

describe('the former trust policy', () => {
  const ours = aDocument(letting({ AWS: root(ids.account) }));
  const theirs = aDocument(letting({ AWS: [root(ids.account), arnOf('user', 'carol')] }));
  const former = { at: '2026-01-01T00:00:00Z', byActor: false, document: ours };
  const byActor = { at, byActor: true, document: theirs };

  it('is put back where the trail holds it, with what the actor added', () => {
    const { title, input, mayBreak } = action(trust(theirs.Statement, { changes: [byActor, byActor, former] }));
    expect(title).toBe('Put back the trust policy of role deploy of 2026-01-01T00:00:00Z');
    expect(input).toMatchObject({ act: 'setTrustPolicy', roleName: 'deploy', before: theirs, after: ours });
    expect(mayBreak).toContain(`${arnOf('user', 'carol')} can no longer assume role deploy`);
  });

  it('is not put back over what somebody else wrote after the actor', () => {
    const later = { ...former, at: '2026-03-02T10:00:00Z', document: theirs };
    expect(plan(trust(theirs.Statement, { changes: [later, byActor, former] }))).toMatchObject([
      { what: 'narrow-trust:deploy' },
    ]);
    const unseen = aDocument(letting({ AWS: root(ids.forensicsAccount) }));
    expect(plan(trust(unseen.Statement, { changes: [byActor, former] }))).toMatchObject([
      { what: 'narrow-trust:deploy' },
    ]);
  });

  it('is not put back where it lets outsiders in whom the actor took out: both may be the same hands', () => {
    const opened = { ...former, document: aDocument(letting({ AWS: [root(ids.account), root(ids.outsideAccount)] })) };
    const { title, input, mayBreak } = action(
      trust([letting({ AWS: [root(ids.account), '999999999999'] })], {
        changes: [{ ...byActor, document: aDocument(letting({ AWS: [root(ids.account), '999999999999'] })) }, opened],
      }),
    );
    expect(title).toBe('Let 999999999999 assume role deploy no longer');
    expect(input).toMatchObject({ after: { Statement: [letting({ AWS: [root(ids.account)] })] } });
    expect(mayBreak[0]).toContain(`what held since ${former.at} is not put back: it lets ${ids.outsideAccount} in`);
    expect(plan(trust(theirs.Statement, { changes: [byActor, opened] }))).toMatchObject([
      { what: 'narrow-trust:deploy', why: expect.stringContaining('is not put back') as string },
    ]);
  });

  it('keeps a partner who was in it long ago and still is, and none who came with the attack', () => {
    const withPartner = (...more: string[]) =>
      aDocument(letting({ AWS: [root(ids.account), ids.outsideAccount, ...more] }));
    const actors = { ...byActor, document: withPartner(arnOf('user', 'carol')) };
    const held = { ...former, document: withPartner() };
    const known = (change: typeof held) => trust(actors.document.Statement, { changes: [actors, change] });
    expect(action(known(held)).input).toMatchObject({ after: withPartner() });
    expect(action(known({ ...held, at: '2026-03-02T09:40:00Z' })).title).toBe(
      `Let ${ids.outsideAccount} assume role deploy no longer`,
    );
  });

  it('is read from the calls that wrote it, newest first, with those of the actor marked', () => {
    const document = (value: string) => aDocument(letting({ AWS: value }));
    const event = (time: string, kind: 'trust' | 'role', name: string, value: string) =>
      aTrailEvent({ time, wayIn: { kind, name }, trust: document(value) });
    const events = [
      event('2026-01-01T00:00:00Z', 'role', 'deploy', 'a'),
      event(at, 'trust', 'deploy', 'b'),
      event(at, 'trust', 'other', 'c'),
      aTrailEvent({ wayIn: { kind: 'trust', name: 'deploy' } }),
    ];
    expect(trustChanges('deploy', events, changedByActor)).toEqual([
      { at, by: ids.userArn, byActor: true, document: document('b') },
      { at: '2026-01-01T00:00:00Z', by: ids.userArn, byActor: false, document: document('a') },
    ]);
  });

  it('is read whole from a CloudTrail record, or not at all', () => {
    const long = aDocument(letting({ AWS: Array.from({ length: 60 }, (_, n) => arnOf('user', `person${n}`)) }));
    const record = (policyDocument: unknown) => ({
      eventSource: 'iam.amazonaws.com',
      eventName: 'UpdateAssumeRolePolicy',
      requestParameters: { roleName: 'deploy', policyDocument },
    });
    expect(JSON.stringify(long).length).toBeGreaterThan(2_000);
    expect(leftBehind(record(JSON.stringify(long))).trust).toEqual(long);
    for (const broken of [
      '{',
      'null',
      '[]',
      '{"Statement":[]}',
      7,
      undefined,
      `{"Statement":[{}],"x":"${'y'.repeat(20_000)}"}`,
    ]) {
      expect(leftBehind(record(broken))).toEqual({ wayIn: { kind: 'trust', name: 'deploy' } });
    }
    const created = {
      eventSource: 'iam.amazonaws.com',
      eventName: 'CreateRole',
      requestParameters: { roleName: 'r', assumeRolePolicyDocument: JSON.stringify(ours) },
    };
    expect(leftBehind(created)).toEqual({ wayIn: { kind: 'role', name: 'r' }, trust: ours });
  });
});

describe('where a trust policy stands', () => {
  const ours = aDocument(letting({ AWS: root(ids.account) }));
  const open = aDocument(letting({ AWS: root(ids.outsideAccount) }));
  const { input } = action(trust(open.Statement));
  const standing = (document: typeof ours | null) =>
    input.act === 'setTrustPolicy'
      ? standingOfTrust({ ...input, after: ours }, document && { arn: 'x', trust: document }).standing
      : null;

  it('is done, ready, changed or gone', () => {
    expect([ours, open, aDocument(letting('*')), null].map(standing)).toEqual(['done', 'ready', 'changed', 'gone']);
  });

  it('does not depend on how an account is written: IAM shows its root', () => {
    expect(sameTrust(aDocument(letting({ AWS: ids.account })), ours)).toBe(true);
    expect(sameTrust(aDocument(letting({ AWS: [ids.account, ids.outsideAccount] })), ours)).toBe(false);
  });

  it('is told with whom its undo lets in again', () => {
    const back = { ...input, act: 'setTrustPolicy' as const, roleName: 'deploy', before: ours, after: open };
    expect(reopened(back)).toEqual([`${root(ids.outsideAccount)} may assume role deploy again`]);
    expect(reopened({ ...back, before: open })).toEqual(['role deploy may be assumed as it was before']);
  });
});
