import { describe, expect, it } from 'vitest';
import { suspectContainment } from '../../../../src/domain/plan/actor-containment.ts';
import { lineageFindings } from '../../../../src/domain/findings/lineage-findings.ts';
import { hopsIn, waysInOf, type Lineage } from '../../../../src/domain/findings/lineage.ts';
import { mostSuspects, suspectsOf, type KnownSuspect } from '../../../../src/domain/plan/suspects.ts';
import {
  anAlert,
  aFederatedUser,
  aPlanInput,
  aPolicy,
  aRole,
  aRoleSession,
  aTrail,
  aTrailEvent,
  aUser,
  ids,
} from '../../../support/builders.ts';
import type { TrailFacts } from '../../../../src/domain/findings/trail-facts.ts';

const at = '2026-03-02T09:50:00Z';
const userArn = (name: string) => `arn:aws:iam::${ids.account}:user/people/${name}`;
const roleArn = (name: string) => `arn:aws:iam::${ids.account}:role/${name}`;
const none: Lineage = { behind: [], taken: [], made: [], gaps: [] };
const session = { accessKeyId: 'ASIA1', at, via: 'AssumeRole' };
const suspects = (lineage: Partial<Lineage>, alert = anAlert()) => suspectsOf({ ...none, ...lineage }, alert);
const named = (lineage: Partial<Lineage>) =>
  suspects(lineage).suspects.map(({ type, name, extent, keys }) => [type, name, extent, ...keys].join(' '));

describe('a trail that was not read', () => {
  const told = (actorTrail: TrailFacts | null) =>
    suspectContainment(aPlanInput({ suspects: [], beyond: [], actorTrail })).map((one) =>
      'why' in one ? one.why : '',
    );

  it('leaves open whom else the actor took or made, which the plan says', () => {
    expect(told(null)).toEqual([expect.stringMatching(/by hand in IAM; .*the actor's trail was not read$/)]);
    const gaps = [{ what: 'CloudTrail of eu-west-1', why: 'AwsAccessDenied' }];
    expect(told(aTrail([], { gaps }))).toEqual([expect.stringMatching(/CloudTrail of eu-west-1: AwsAccessDenied$/)]);
    expect(told(aTrail())).toEqual([]);
  });
});

describe('hops and ways in', () => {
  it('are read from what calls left behind, and from no other call', () => {
    const taking = aTrailEvent({ session: { accessKeyId: 'ASIA1', roleArn: roleArn('deploy'), sessionName: 'ci' } });
    const making = aTrailEvent({ wayIn: { kind: 'user', name: 'helper' } });
    expect(hopsIn([taking, making, aTrailEvent(), aTrailEvent({ session: {} })])).toEqual([
      {
        accessKeyId: 'ASIA1',
        at: taking.time,
        via: taking.eventName,
        callerArn: ids.userArn,
        callerKey: ids.accessKey,
        roleArn: roleArn('deploy'),
        sessionName: 'ci',
      },
    ]);
    expect(waysInOf([taking, making])).toEqual([{ kind: 'user', name: 'helper', at: making.time }]);
  });
});

describe('suspects', () => {
  it('are who took the session, whole if a user, by their sessions if a role', () => {
    expect(
      named({
        behind: [
          { ...session, callerArn: `arn:aws:sts::${ids.account}:assumed-role/jump/dana`, roleArn: roleArn('deploy') },
          { ...session, callerArn: userArn('dana'), roleArn: roleArn('jump') },
        ],
      }),
    ).toEqual(['role jump sessions', 'user dana whole']);
  });

  it('are roles that were taken, and what was made', () => {
    expect(
      named({
        taken: [{ ...session, roleArn: roleArn('admin') }, session],
        made: [
          { kind: 'access-key', name: 'carol', accessKeyId: 'AKIA1', at },
          { kind: 'user', name: 'helper', at },
          { kind: 'login', name: 'bob', at },
          { kind: 'role', name: 'back', at },
          { kind: 'trust', name: 'deploy', at },
          { kind: 'service-credential', name: 'dave', credentialId: 'ACCA1', at },
          { kind: 'access-key', name: 'erin', accessKeyId: 'AKIA2', how: 'switched on', at },
          { kind: 'ssh-key', name: 'frank', credentialId: 'APKA1', at },
        ],
      }),
    ).toEqual([
      'role admin sessions',
      'user carol keys AKIA1',
      'user helper whole',
      'user bob whole',
      'role back whole',
      'role deploy sessions',
      'user dave keys',
      'user erin keys AKIA2',
      'user frank keys',
    ]);
  });

  it('are known by their ids: a user that was made under the name that the actor had before is none the less one', () => {
    const made = (userId?: string) => ({
      made: [{ kind: 'user' as const, name: 'mallory', at, ...(userId === undefined ? {} : { userId }) }],
    });
    expect(suspects(made('AIDAOTHER')).suspects).toMatchObject([{ name: 'mallory', userId: 'AIDAOTHER' }]);
    expect(suspects(made(anAlert().principal.id)).suspects).toEqual([]);
    expect(suspects(made()).suspects).toEqual([]);
    const asRole = (roleId?: string) =>
      suspectsOf(
        {
          ...{ behind: [], taken: [], gaps: [] },
          made: [{ kind: 'role', name: 'backup', at, ...(roleId === undefined ? {} : { roleId }) }],
        },
        anAlert({ principal: aRoleSession() }),
      ).suspects;
    expect(asRole('AROAOTHER')).toMatchObject([{ type: 'role', name: 'backup', extent: 'whole' }]);
    expect([asRole('AROAEXAMPLEBACKUP'), asRole()]).toEqual([[], []]);
    const hop = { ...session, callerArn: userArn('dana'), callerId: 'AIDADANA', roleArn: roleArn('deploy') };
    expect(suspects({ behind: [hop] }).suspects).toMatchObject([{ name: 'dana', userId: 'AIDADANA' }]);
  });

  it('say what was done to what was there before', () => {
    const how = 'switched on' as const;
    const { suspects: found } = suspects({
      made: [
        { kind: 'access-key', name: 'carol', accessKeyId: 'AKIA2', how, at },
        { kind: 'service-credential', name: 'carol', credentialId: 'ACCA1', how: 'reset', at },
        { kind: 'ssh-key', name: 'carol', credentialId: 'APKA1', how, at },
        { kind: 'signing-certificate', name: 'carol', credentialId: 'CERT1', at },
      ],
    });
    expect(found).toMatchObject([
      {
        keys: ['AKIA2'],
        credentials: ['ACCA1', 'APKA1', 'CERT1'],
        why: [
          `the actor switched on access key AKIA2 at ${at}`,
          `the actor gave a new password to service-specific credential ACCA1 at ${at}`,
          `the actor switched on SSH public key APKA1 at ${at}`,
          `the actor made signing certificate CERT1 at ${at}`,
        ],
      },
    ]);
  });

  it('are one each, to the widest extent, with every reason', () => {
    const { suspects: found } = suspects({
      made: [
        { kind: 'user', name: 'helper', at },
        { kind: 'access-key', name: 'helper', accessKeyId: 'AKIA1', at },
      ],
    });
    expect(found).toEqual([
      {
        type: 'user',
        name: 'helper',
        extent: 'whole',
        keys: ['AKIA1'],
        credentials: [],
        why: [`the actor made it at ${at}`, `the actor made access key AKIA1 at ${at}`],
      },
    ]);
  });

  it('are not the actor', () => {
    expect(named({ made: [{ kind: 'access-key', name: 'mallory', accessKeyId: 'AKIA1', at }] })).toEqual([]);
    const alert = anAlert({ principal: aRoleSession() });
    expect(suspects({ taken: [{ ...session, roleArn: ids.roleArn }] }, alert).suspects).toEqual([]);
    const federated = anAlert({ principal: aFederatedUser() });
    expect(suspects({ behind: [{ ...session, callerArn: ids.userArn }] }, federated).suspects).toEqual([]);
  });

  it('are named with the way out where no act of this account contains them', () => {
    const { suspects: found, beyond } = suspects({
      behind: [{ ...session, callerArn: 'arn:aws:iam::222222222222:user/eve', roleArn: roleArn('deploy') }],
      taken: [{ ...session, roleArn: 'arn:aws:iam::222222222222:role/admin' }],
      made: [
        { kind: 'identity-provider', name: 'arn:aws:iam::1:oidc-provider/x', at },
        { kind: 'service-credential', name: 'carol', at },
        { kind: 'access-key', name: 'carol', at },
        { kind: 'roles-anywhere', name: 'arn:aws:rolesanywhere:eu-central-1:1:trust-anchor/a', at },
      ],
    });
    expect(found).toEqual([]);
    expect(beyond.at(-1)?.why).toContain('disable it by hand (DisableTrustAnchor, DisableProfile)');
    expect(beyond.map(({ what }) => what)).toEqual([
      'contain arn:aws:iam::222222222222:user/eve',
      'revoke sessions of arn:aws:iam::222222222222:role/admin',
      'identity provider arn:aws:iam::1:oidc-provider/x',
      'service-specific credentials of user carol',
      'the access key that the actor made for user carol',
      'arn:aws:rolesanywhere:eu-central-1:1:trust-anchor/a of IAM Roles Anywhere',
    ]);
  });

  it('beyond ten are named, not planned', () => {
    const made = Array.from({ length: mostSuspects + 2 }, (_, n) => ({ kind: 'user' as const, name: `u${n}`, at }));
    const { suspects: found, beyond } = suspects({ made });
    expect(found).toHaveLength(mostSuspects);
    expect(beyond.map(({ what }) => what)).toEqual(['contain user u10', 'contain user u11']);
  });

  it('of more than ten, whoever the actor made comes before sessions that it took', () => {
    const taken = Array.from({ length: mostSuspects + 5 }, (_, n) => ({
      ...{ accessKeyId: `ASIA${n}`, at, via: 'AssumeRole' },
      roleArn: `arn:aws:iam::${ids.account}:role/harmless${n}`,
    }));
    const made = [
      { kind: 'access-key' as const, name: 'dave', accessKeyId: 'AKIADAVE', at },
      { kind: 'user' as const, name: 'spare', at },
    ];
    const { suspects: found, beyond } = suspects({ taken, made });
    expect(found.map(({ name }) => name)).toEqual([
      ...Array.from({ length: mostSuspects - 2 }, (_, n) => `harmless${n}`),
      'dave',
      'spare',
    ]);
    expect(beyond).toHaveLength(7);
  });
});

describe('containing suspects', () => {
  const suspect = (changes: Partial<KnownSuspect> = {}): KnownSuspect => ({
    type: 'user',
    name: 'carol',
    extent: 'whole',
    keys: [],
    credentials: [],
    why: ['the actor made it'],
    facts: aUser({
      name: 'carol',
      arn: userArn('carol'),
      accessKeys: [
        { accessKeyId: 'AKIAOWN', status: 'Active' },
        { accessKeyId: 'AKIAMADE', status: 'Active' },
      ],
    }),
    ...changes,
  });
  const aRoleSuspect = (extent: KnownSuspect['extent']) =>
    suspect({ type: 'role', name: 'deploy', extent, facts: aRole({ name: 'deploy', arn: roleArn('deploy') }) });
  const planned = (...suspects: KnownSuspect[]) => suspectContainment(aPlanInput({ suspects }));

  it('switches the keys of a user off and denies the user everything', () => {
    const [keys, deny] = planned(suspect());
    expect(keys).toMatchObject({
      id: 'disable-access-keys:carol',
      input: { userName: 'carol', keys: [{ accessKeyId: 'AKIAOWN' }, { accessKeyId: 'AKIAMADE' }] },
    });
    expect(deny).toMatchObject({ id: 'deny-actor:carol', input: { holder: { type: 'user', name: 'carol' } } });
  });

  it("switches only the made key off where the user is somebody else's", () => {
    const [keys, ...more] = planned(suspect({ extent: 'keys', keys: ['AKIAMADE'] }));
    expect(more).toEqual([]);
    expect(keys).toMatchObject({
      id: 'disable-access-keys:carol',
      title: 'Switch off AKIAMADE of user carol',
      input: { keys: [{ accessKeyId: 'AKIAMADE', before: 'Active', after: 'Inactive' }], othersStay: true },
    });
  });

  it("revokes a role's sessions, and denies a role that was made everything", () => {
    expect(planned(aRoleSuspect('sessions'))).toMatchObject([
      { id: 'revoke-role-sessions:deploy', input: { act: 'revokeRoleSessions', roleName: 'deploy' } },
    ]);
    expect(planned(aRoleSuspect('whole'))).toMatchObject([
      {
        id: 'deny-actor:deploy',
        calls: ['iam:PutRolePolicy'],
        input: { act: 'putInlinePolicy', holder: { type: 'role', name: 'deploy' } },
      },
    ]);
  });

  it('touches nobody who is protected, a responder, out of reach or unread, and says so', () => {
    const arn = roleArn('soar-contain');
    const policy = aPolicy({ protected: { principals: [userArn('carol')], buckets: [] } });
    expect(suspectContainment(aPlanInput({ policy, suspects: [suspect()] }))).toEqual([
      { what: 'contain user carol', why: expect.stringContaining('protected') as string },
    ]);
    const refused = (facts: KnownSuspect['facts']) => planned(suspect({ type: 'role', name: 'r', facts }));
    expect(refused(aRole({ arn }))).toMatchObject([{ why: expect.stringContaining('is a responder') as string }]);
    expect(refused(aRole({ serviceLinked: true }))).toMatchObject([
      { why: expect.stringContaining('service-linked') as string },
    ]);
    expect(refused(null)).toMatchObject([{ why: expect.stringContaining('could not be read') as string }]);
  });

  it('switches the made service-specific credential off, beside whatever else is done to the user', () => {
    const credentials = ['ACCA1', 'ACCA2', 'ACCA3'];
    const serviceCredentials = [
      { credentialId: 'ACCA1', service: 'codecommit.amazonaws.com', status: 'Active' },
      { credentialId: 'ACCA2', service: 'codecommit.amazonaws.com', status: 'Inactive' },
      { credentialId: 'ACCA9', service: 'bedrock.amazonaws.com', status: 'Active' },
    ];
    const made = suspect({ extent: 'keys', credentials, serviceCredentials });
    expect(planned(made)).toMatchObject([
      {
        id: 'disable-service-credential:ACCA1',
        reversible: true,
        input: {
          act: 'setServiceCredentialStatus',
          userName: 'carol',
          credentialId: 'ACCA1',
          before: 'Active',
          after: 'Inactive',
        },
      },
      { what: 'disable-service-credential:ACCA2', why: expect.stringContaining('is Inactive already') as string },
      { what: 'disable-service-credential:ACCA3', why: expect.stringContaining('is deleted already') as string },
    ]);
    expect(planned({ ...made, serviceCredentials: null })).toMatchObject(
      credentials.map(() => ({ why: expect.stringContaining('could not be read') as string })),
    );
    const whole = planned(suspect({ credentials: ['ACCA1'], serviceCredentials }));
    expect(whole.map((proposal) => ('id' in proposal ? proposal.id : proposal.what))).toEqual([
      'disable-access-keys:carol',
      'disable-service-credential:ACCA1',
      'deny-actor:carol',
    ]);
  });

  it('switches SSH keys and certificates off by their own calls', () => {
    const serviceCredentials = [
      { kind: 'ssh-key' as const, credentialId: 'APKA1', service: 'codecommit.amazonaws.com', status: 'Active' },
      { kind: 'signing-certificate' as const, credentialId: 'CERT1', service: 'x', status: 'Active' },
    ];
    expect(planned(suspect({ extent: 'keys', credentials: ['APKA1', 'CERT1'], serviceCredentials }))).toMatchObject([
      {
        title: 'Switch off SSH public key APKA1 of user carol, for codecommit.amazonaws.com',
        calls: ['iam:UpdateSSHPublicKey'],
        input: { act: 'setServiceCredentialStatus', kind: 'ssh-key', credentialId: 'APKA1' },
      },
      { calls: ['iam:UpdateSigningCertificate'], input: { kind: 'signing-certificate', credentialId: 'CERT1' } },
    ]);
  });

  it('leaves out keys that are off already', () => {
    const facts = aUser({ name: 'carol', accessKeys: [{ accessKeyId: 'AKIAMADE', status: 'Inactive' }] });
    expect(planned(suspect({ extent: 'keys', keys: ['AKIAMADE'], facts }))).toEqual([
      { what: 'disable-access-keys:carol', why: 'user carol has no active access key AKIAMADE' },
    ]);
  });
});

describe('findings about sessions and ways in', () => {
  const answers = (lineage: Lineage | null, alert = anAlert({ principal: aRoleSession() })) =>
    Object.fromEntries(lineageFindings(alert, lineage).map(({ id, answer }) => [id, answer]));

  it('are yes with what was found', () => {
    const lineage: Lineage = {
      behind: [{ ...session, callerArn: userArn('dana'), roleArn: roleArn('deploy') }],
      taken: [{ ...session, roleArn: roleArn('admin') }],
      made: [{ kind: 'user', name: 'helper', at }],
      entered: [{ machine: 'i-1', via: 'StartSession', at }],
      gaps: [],
    };
    expect(answers(lineage)).toEqual({
      'session-origin': 'yes',
      'sessions-taken': 'yes',
      'ways-in-made': 'yes',
      'machines-entered': 'yes',
    });
    const details = lineageFindings(anAlert(), lineage).map(({ detail }) => detail);
    expect(details).toContain(`StartSession on i-1 at ${at}`);
  });

  it('name what was made, and what was switched on or reset', () => {
    const made: Lineage['made'] = [
      { kind: 'access-key', name: 'carol', accessKeyId: 'AKIA1', how: 'switched on', at },
      { kind: 'ssh-key', name: 'carol', credentialId: 'APKA1', at },
    ];
    const found = lineageFindings(anAlert(), { ...none, made }).find(({ id }) => id === 'ways-in-made');
    expect(found?.detail).toBe(`access-key carol (AKIA1), switched on, at ${at}; ssh-key carol (APKA1), at ${at}`);
  });

  it('are a no only where everything was read', () => {
    const no = { 'sessions-taken': 'no', 'ways-in-made': 'no', 'machines-entered': 'no' };
    expect(answers({ ...none, entered: [] })).toEqual({ 'session-origin': 'unknown', ...no });
    expect(answers(none)['machines-entered']).toBe('unknown');
    const unknown = {
      'session-origin': 'unknown',
      'sessions-taken': 'unknown',
      'ways-in-made': 'unknown',
      'machines-entered': 'unknown',
    };
    expect(answers({ ...none, entered: [], gaps: ['the trail was not read to its end'] })).toEqual(unknown);
    expect(answers(null)).toEqual(unknown);
    expect(answers(none, anAlert())['session-origin']).toBe('no');
  });
});
