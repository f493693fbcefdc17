import {
  AttachGroupPolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  CreateServiceSpecificCredentialCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateUserCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import type {
  ActInput,
  PutInlinePolicy,
  RevokeRoleSessions,
  SetServiceCredentialStatus,
  SetTrustPolicy,
} from '../../src/domain/acts/acts.ts';
import { invert } from '../../src/domain/acts/invert.ts';
import type { PolicyDocument } from '../../src/domain/policy/policy-document.ts';
import { allow, policyText, type Caller } from '../../src/lab/account.ts';
import { codeOf } from '../../src/lab/clients.ts';
import { incidentKey, named } from './activities-world.ts';
import { eventually } from '../support/eventually.ts';
import { acting } from './support/acting.ts';

const { world, victim, base, act, observe, mutations } = acting({
  principals: ['*:role/golden*', '*:user/break-glass*'],
  buckets: [],
});
const outsider = () => world().foundation.outsider;
const codeFrom = (call: Promise<unknown>): Promise<string> => call.then(() => 'worked', codeOf);

const trusting = (...accounts: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: accounts.map((account) => `arn:aws:iam::${account}:root`) },
      Action: 'sts:AssumeRole',
    },
  ],
});
async function aRole(trust: PolicyDocument, name = named('exporter')): Promise<string> {
  const statement = { Effect: 'Allow' as const, Principal: { AWS: victim().id }, Action: 'sts:AssumeRole' };
  await victim().role(name, statement, 'own', allow('s3:ListAllMyBuckets'));
  const change = { RoleName: name, PolicyDocument: JSON.stringify(trust) };
  await victim().admin.iam.send(new UpdateAssumeRolePolicyCommand(change));
  return name;
}
const trustOf = async (roleName: string): Promise<unknown> =>
  (await observe().describePrincipal({ ...base(), type: 'role', name: roleName })).trust;

describe('a revocation of sessions', () => {
  const listing = ({ clients }: Caller): Promise<string> => codeFrom(clients.s3.send(new ListBucketsCommand({})));

  async function twoSessions() {
    const roleName = await aRole(trusting(victim().id));
    const mayAssume = { policy: [allow('sts:AssumeRole')] };
    const insider = await victim().user(named('mallory'), mayAssume);
    const innocent = await victim().user(named('carol'), mayAssume);
    const begin = (user: Caller, name: string) => victim().assume(user, victim().roleArn(roleName), name);
    const [ofInsider, ofInnocent] = [await begin(insider, 'mallory'), await begin(innocent, 'carol')];
    expect(await Promise.all([ofInsider, ofInnocent].map(listing))).toEqual(['worked', 'worked']);
    return { roleName, ofInsider, ofInnocent, again: () => begin(innocent, 'carol') };
  }
  const revocation = (roleName: string): RevokeRoleSessions => ({
    ...base(),
    act: 'revokeRoleSessions',
    roleName,
    policyName: `SOAR-${incidentKey}-revoke-sessions`,
    before: null,
  });

  it('of a role hits everybody who has an older one, and nobody who assumes it again', async () => {
    const { roleName, ofInsider, ofInnocent, again } = await twoSessions();
    expect(await act(revocation(roleName))).toMatchObject({ status: 'applied' });
    expect(await Promise.all([ofInsider, ofInnocent].map(listing))).toEqual(['AccessDenied', 'AccessDenied']);
    // The lab's sessions know the second that they began in.
    await eventually(async () => expect(await listing(await again())).toBe('worked'));
  });

  it('of a role, a deny and a new trust policy touch no other role that was made under its name', async () => {
    const trust = trusting(victim().id);
    const roleName = await aRole(trust);
    const { iam } = victim().admin;
    const facts = () => observe().describePrincipal({ ...base(), type: 'role', name: roleName });
    const { roleId = '' } = await facts();
    await iam.send(new DeleteRolePolicyCommand({ RoleName: roleName, PolicyName: 'own' }));
    await iam.send(new DeleteRoleCommand({ RoleName: roleName }));
    await aRole(trust, roleName);
    const anew = await facts();
    expect(anew.roleId).not.toBe(roleId);

    const policyName = `SOAR-${incidentKey}-deny-all`;
    const deny = { before: null, after: { ...trust, Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] } };
    const holder = { type: 'role' as const, name: roleName };
    const acts: ActInput[] = [
      { ...revocation(roleName), roleId },
      { ...base(), act: 'putInlinePolicy', holder, roleId, policyName, ...deny },
      { ...base(), act: 'setTrustPolicy', roleName, roleId, before: trust, after: trusting(outsider().id) },
    ];
    for (const input of acts) {
      expect(await act(input)).toMatchObject({
        status: 'changed',
        detail: expect.stringContaining('another one than planned') as string,
      });
    }
    expect(await facts()).toEqual(anew);
    expect(await act({ ...revocation(roleName), roleId: anew.roleId! })).toMatchObject({ status: 'applied' });
  });

  it("of one person never touches the others' older ones, and is undone", async () => {
    const { roleName, ofInsider, ofInnocent } = await twoSessions();
    const { roleId = '' } = await observe().describePrincipal({ ...base(), type: 'role', name: roleName });
    const mark = { key: 'aws:userid' as const, value: `${roleId}:mallory` };
    const input: RevokeRoleSessions = { ...revocation(roleName), session: mark };
    const done = await act(input);
    expect(done).toMatchObject({ status: 'applied', detail: expect.stringContaining(mark.value) as string });
    expect(await Promise.all([ofInsider, ofInnocent].map(listing))).toEqual(['AccessDenied', 'worked']);
    expect(await act(input)).toMatchObject({ status: 'already', observed: done.observed });
    expect(await act(revocation(roleName))).toMatchObject({ status: 'changed' });

    const undone = await act(invert(input, done.observed)!);
    expect(undone).toMatchObject({ status: 'applied' });
    expect(await listing(ofInsider)).toBe('worked');
  });
});

describe('a user that has given its name to another', () => {
  it('is found by its id, and nothing is done to the other one', async () => {
    const { iam } = victim().admin;
    const name = named('mallory');
    const mallory = await victim().user(name, { policy: [allow('s3:ListAllMyBuckets')] });
    const listing = (): Promise<string> => codeFrom(mallory.clients.s3.send(new ListBucketsCommand({})));
    const { userId = '' } = await observe().describePrincipal({ ...base(), type: 'user', name });
    const deny: PutInlinePolicy = {
      ...base(),
      act: 'putInlinePolicy',
      holder: { type: 'user', name },
      userId,
      policyName: `SOAR-${incidentKey}-deny-all`,
      before: null,
      after: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] },
    };

    await iam.send(new UpdateUserCommand({ UserName: name, NewUserName: `${name}-2` }));
    expect(await act(deny)).toMatchObject({ status: 'gone' });
    const bob = await victim().user(name, { policy: [allow('s3:ListAllMyBuckets')] });
    expect(await act(deny)).toMatchObject({ status: 'changed' });
    expect(await codeFrom(bob.clients.s3.send(new ListBucketsCommand({})))).toBe('worked');
    expect(await listing()).toBe('worked');

    const found = await observe().findUser({ ...base(), userId });
    expect(found).toMatchObject({ name: `${name}-2`, userId });
    expect(found.accessKeys).toHaveLength(1);
    expect(await act({ ...deny, holder: { type: 'user', name: found.name } })).toMatchObject({ status: 'applied' });
    expect(await listing()).toBe('AccessDenied');
    await expect(observe().findUser({ ...base(), userId: 'AIDANOBODY' })).rejects.toMatchObject({
      type: 'AwsNotFound',
    });
  });
});

async function anOpenRole(name?: string): Promise<SetTrustPolicy> {
  const before = trusting(victim().id, outsider().id);
  return {
    ...base(),
    act: 'setTrustPolicy',
    roleName: await aRole(before, name),
    before,
    after: trusting(victim().id),
  };
}
async function aCredential(userName = named('carol')): Promise<SetServiceCredentialStatus> {
  await victim().user(userName);
  const create = { UserName: userName, ServiceName: 'codecommit.amazonaws.com' };
  const made = await victim().admin.iam.send(new CreateServiceSpecificCredentialCommand(create));
  const credentialId = made.ServiceSpecificCredential?.ServiceSpecificCredentialId ?? '';
  return { ...base(), act: 'setServiceCredentialStatus', userName, credentialId, before: 'Active', after: 'Inactive' };
}
async function anSshKey(): Promise<SetServiceCredentialStatus> {
  const UserName = named('carol');
  await victim().user(UserName);
  const made = await victim().admin.iam.send(
    new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody: 'ssh-rsa made' }),
  );
  return credentialOf('ssh-key', UserName, made.SSHPublicKey?.SSHPublicKeyId);
}
async function aSigningCertificate(): Promise<SetServiceCredentialStatus> {
  const UserName = named('carol');
  await victim().user(UserName);
  const made = await victim().admin.iam.send(
    new UploadSigningCertificateCommand({ UserName, CertificateBody: 'made' }),
  );
  return credentialOf('signing-certificate', UserName, made.Certificate?.CertificateId);
}
const credentialOf = (
  kind: NonNullable<SetServiceCredentialStatus['kind']>,
  userName: string,
  credentialId = '',
): SetServiceCredentialStatus => ({
  ...base(),
  act: 'setServiceCredentialStatus',
  userName,
  kind,
  credentialId,
  before: 'Active',
  after: 'Inactive',
});

const cases = [
  { name: 'setTrustPolicy', operation: 'UpdateAssumeRolePolicy', scene: () => anOpenRole() },
  { name: 'setServiceCredentialStatus', operation: 'UpdateServiceSpecificCredential', scene: () => aCredential() },
  { name: 'setServiceCredentialStatus of an SSH key', operation: 'UpdateSSHPublicKey', scene: () => anSshKey() },
  {
    name: 'setServiceCredentialStatus, certificate',
    operation: 'UpdateSigningCertificate',
    scene: () => aSigningCertificate(),
  },
];

describe.each(cases)('$name', ({ operation, scene }) => {
  it('is applied, found to be done when it runs again, and stands when it is checked', async () => {
    const input: ActInput = await scene();
    const before = await mutations(operation);
    expect(await act(input)).toMatchObject({ status: 'applied' });
    expect(await act(input)).toMatchObject({ status: 'already' });
    expect(await mutations(operation)).toBe(before + 1);
    expect(await observe().checkAct(input)).toMatchObject({ standing: 'done' });
  });

  it('is left alone by the attempt that follows a worker killed after AWS had applied it', async () => {
    const input: ActInput = await scene();
    const before = await mutations(operation);
    const barrier = await world().lab.control.barrier({ service: 'iam', operation, when: 'after' });
    const killed = act(input);
    await barrier.reached();
    expect((await act(input)).status).toMatch(/^(applied|already)$/);
    await barrier.release();
    expect(await killed).toMatchObject({ status: 'applied' });
    expect(await mutations(operation)).toBe(before + 1);
  });

  it('is undone by its inverse, which refuses once it is done', async () => {
    const input: ActInput = await scene();
    await act(input);
    const back = invert(input)!;
    expect(await act(back)).toMatchObject({ status: 'applied' });
    expect(await observe().checkAct(input)).toMatchObject({ standing: 'ready' });
  });
});

describe('narrowing the trust of a role', () => {
  const assuming = (by: Caller, roleName: string): Promise<string> =>
    codeFrom(by.clients.sts.send(new AssumeRoleCommand({ RoleArn: victim().roleArn(roleName), RoleSessionName: 'x' })));

  it('shuts the outside account out, and lets our own in as before', async () => {
    const input = await anOpenRole();
    const eve = await outsider().user(named('eve'), { policy: [allow('sts:AssumeRole')] });
    const carol = await victim().user(named('carol'), { policy: [allow('sts:AssumeRole')] });
    expect(await assuming(eve, input.roleName)).toBe('worked');
    await act(input);
    expect(await assuming(eve, input.roleName)).toBe('AccessDenied');
    expect(await assuming(carol, input.roleName)).toBe('worked');
  });

  it('leaves alone what somebody else changed since, what is gone, and what is protected', async () => {
    const input = await anOpenRole();
    const theirs = trusting(world().foundation.forensics.id);
    const change = { RoleName: input.roleName, PolicyDocument: JSON.stringify(theirs) };
    await victim().admin.iam.send(new UpdateAssumeRolePolicyCommand(change));
    expect(await act(input)).toMatchObject({ status: 'changed' });
    expect(await trustOf(input.roleName)).toEqual(theirs);

    expect(await act({ ...input, roleName: 'nobody' })).toMatchObject({ status: 'gone' });

    const golden = await anOpenRole('golden-role');
    await expect(act(golden)).rejects.toMatchObject({ type: 'ResourceProtected', nonRetryable: true });
    expect(await trustOf('golden-role')).toEqual(golden.before);
  });
});

describe('a service-specific credential', () => {
  it('is left alone where it is gone, where its user is, and where the user is protected', async () => {
    const input = await aCredential();
    expect(await act({ ...input, credentialId: 'ACCANONE' })).toMatchObject({ status: 'gone' });
    expect(await act({ ...input, userName: 'nobody' })).toMatchObject({ status: 'gone' });

    const theirs = await aCredential('break-glass-1');
    await expect(act(theirs)).rejects.toMatchObject({ type: 'ResourceProtected', nonRetryable: true });
    const [found] = await observe().serviceCredentials({ ...base(), userName: theirs.userName });
    expect(found).toEqual({
      credentialId: theirs.credentialId,
      service: 'codecommit.amazonaws.com',
      status: 'Active',
    });
  });
});

describe('the trail', () => {
  it('holds the trust policies that were written, whose credentials were made, and who took which session', async () => {
    const since = new Date(Date.now() - 1_000).toISOString();
    const input = await anOpenRole();
    const credential = await aCredential();
    const carol = await victim().user(named('carol'), { policy: [allow('sts:AssumeRole')] });
    await victim().assume(carol, victim().roleArn(input.roleName), 'carol');
    const eventsOf = async (name: 'EventName' | 'ResourceName', value: string) => {
      const question = { ...base(), attribute: { name, value }, from: since, keep: 50 };
      return (await observe().lookupTrail({ ...question, to: new Date(Date.now() + 1_000).toISOString() })).events;
    };

    const writes = [
      ...(await eventsOf('EventName', 'UpdateAssumeRolePolicy')),
      ...(await eventsOf('EventName', 'CreateRole')),
    ];
    const written = writes.filter(({ wayIn }) => wayIn?.name === input.roleName);
    expect(written.map(({ wayIn, trust }) => [wayIn?.kind, trust?.Statement[0]?.Principal])).toEqual([
      ['trust', input.before.Statement[0]?.Principal],
      ['role', { AWS: victim().id }],
    ]);
    const made = await eventsOf('EventName', 'CreateServiceSpecificCredential');
    expect(made.map(({ wayIn }) => wayIn)).toContainEqual({
      kind: 'service-credential',
      name: credential.userName,
      credentialId: credential.credentialId,
    });
    expect(JSON.stringify(made)).not.toMatch(/password/i);
    const sshKey = await anSshKey();
    const { iam } = victim().admin;
    const woken = { UserName: carol.name, AccessKeyId: carol.credentials.accessKeyId };
    await iam.send(new UpdateAccessKeyCommand({ ...woken, Status: 'Inactive' }));
    await iam.send(new UpdateAccessKeyCommand({ ...woken, Status: 'Active' }));
    const waysIn = async (call: string) => (await eventsOf('EventName', call)).flatMap(({ wayIn }) => wayIn ?? []);
    expect(await waysIn('UploadSSHPublicKey')).toContainEqual({
      kind: 'ssh-key',
      name: sshKey.userName,
      credentialId: sshKey.credentialId,
    });
    expect((await waysIn('UpdateAccessKey')).filter(({ name }) => name === carol.name)).toEqual([
      { kind: 'access-key', name: carol.name, accessKeyId: carol.credentials.accessKeyId, how: 'switched on' },
    ]);
    const [taken] = await eventsOf('ResourceName', victim().roleArn(input.roleName));
    expect(taken?.session).toMatchObject({ sessionName: 'carol', roleArn: victim().roleArn(input.roleName) });
  });
});

describe('roles that trust an identity provider', () => {
  it('are found by their trust policies', async () => {
    const create = { Url: 'https://made.example', ThumbprintList: ['a'.repeat(40)] };
    const { OpenIDConnectProviderArn: provider = '' } = await victim().admin.iam.send(
      new CreateOpenIDConnectProviderCommand(create),
    );
    const name = named('federated');
    const trust = policyText({
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
    });
    await victim().admin.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
    expect(await observe().rolesTrusting({ ...base(), providers: [provider] })).toEqual([name]);
  });
});

describe('who else has the actor’s permissions', () => {
  it('is read by name, and what cannot be read is a gap', async () => {
    const { iam } = victim().admin;
    const policyArn = await victim().managedPolicy(named('exporters'), allow('ec2:ExportImage'));
    const group = await victim().group(named('ops'), 'own', allow('ec2:*'));
    const mallory = await victim().user(named('mallory'), { managed: [policyArn], groups: [group] });
    await iam.send(new AttachGroupPolicyCommand({ GroupName: group, PolicyArn: policyArn }));
    const none = `arn:aws:iam::${victim().id}:policy/none`;
    const found = await observe().policyUsers({ ...base(), policyArns: [policyArn, none], groups: [group] });
    expect(found).toEqual({
      policies: { [policyArn]: [`user ${mallory.name}`, `group ${group}`] },
      groups: { [group]: [`user ${mallory.name}`] },
      gaps: [expect.objectContaining({ what: `whom a policy is attached to: ${none}` })],
    });
  });

  it('is in the trail with what was changed, under the names of its holder and of the group', async () => {
    const since = new Date(Date.now() - 1_000).toISOString();
    const group = await victim().group(named('ops'), 'own', allow('ec2:*'));
    const mallory = await victim().user(named('mallory'), { policy: [allow('ec2:ExportImage')], groups: [group] });
    const changesOf = async (value: string) => {
      const question = { ...base(), attribute: { name: 'ResourceName' as const, value }, from: since, keep: 50 };
      const { events } = await observe().lookupTrail({ ...question, to: new Date(Date.now() + 1_000).toISOString() });
      return events.flatMap(({ eventName, permission }) => (permission ? [[eventName, permission.effect]] : []));
    };
    expect((await changesOf(mallory.name)).sort()).toEqual([
      ['AddUserToGroup', 'unknown'],
      ['PutUserPolicy', 'allows'],
    ]);
    expect((await changesOf(group)).sort()).toEqual([
      ['AddUserToGroup', 'unknown'],
      ['PutGroupPolicy', 'allows'],
    ]);
  });
});
