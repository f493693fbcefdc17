import { describe, expect, it } from 'vitest';
import type { ActInput } from '../../../../src/domain/acts/acts.ts';
import type { KnownSuspect } from '../../../../src/domain/plan/suspects.ts';
import { leftOpen, notContained, type KnownHands } from '../../../../src/domain/watch/not-contained.ts';
import {
  aBucket,
  aDocument,
  aFailedAlert,
  aFederatedUser,
  anActionRecord,
  anAlert,
  anAllow,
  aPolicy,
  aRole,
  aRoleSession,
  aUser,
  ids,
} from '../../../support/builders.ts';

const base = { incidentKey: ids.incidentKey, accountId: ids.account, region: ids.region };
const did = (id: string, input: ActInput) => anActionRecord({ id, input });
const keysOff = (userName: string, accessKeyId: string) =>
  did(`disable-access-keys:${userName}`, {
    act: 'setAccessKeyStatus',
    ...base,
    userName,
    keys: [{ accessKeyId, before: 'Active', after: 'Inactive' }],
  });
const denied = (type: 'user' | 'role', name: string, id = 'deny-actor') =>
  did(id, {
    act: 'putInlinePolicy',
    ...base,
    holder: { type, name },
    policyName: 'p',
    before: null,
    after: aDocument(anAllow({ Effect: 'Deny' })),
  });
const revoked = (roleName: string) =>
  did('revoke-role-sessions', { act: 'revokeRoleSessions', ...base, roleName, policyName: 'p', before: null });

const hands = (changes: Partial<KnownHands> = {}): KnownHands => ({
  alert: anAlert(),
  policy: aPolicy(),
  principal: aUser(),
  suspects: [],
  beyond: [],
  ...changes,
});
const asRole = { alert: anAlert({ principal: aRoleSession() }), principal: aRole() };

describe('what containment left open', () => {
  const edit = (id: string, status: 'failed' | 'applied') => anActionRecord({ id, status });
  const open = (records: ReturnType<typeof edit>[], bucket = aBucket(), alert = anAlert()) =>
    leftOpen({ alert, bucket }, records, (id) => id !== 'monitor-exports');

  it('is each act that failed and was not done since, but for copies of evidence', () => {
    expect(open([edit('deny-export-reads', 'failed'), edit('monitor-exports', 'failed')])).toEqual([
      'deny-export-reads (it failed)',
    ]);
    expect(open([edit('deny-export-reads', 'failed'), edit('deny-export-reads', 'applied')])).toEqual([]);
    const snapshot = { act: 'snapshotVolumes' as const, ...base, instanceId: ids.instance, volumes: [], tags: {} };
    expect(open([anActionRecord({ id: 'snapshot-volumes', status: 'failed', input: snapshot })])).toEqual([]);
  });

  it('is a bucket of which nobody knows whose it is or whom it lets in, where something was exported', () => {
    const why = 'AwsAccessDenied';
    const strange = aBucket({ ownedByAccount: 'unknown', gaps: [{ what: 'bucket owner', why }] });
    const closed = aBucket({ policy: null, gaps: [{ what: 'bucket policy', why }] });
    expect(open([], strange)).toEqual([`whoever may read bucket ${ids.bucket} (AwsAccessDenied)`]);
    expect(open([], closed)).toEqual([`whoever may read bucket ${ids.bucket} (bucket policy: AwsAccessDenied)`]);
    expect(open([], strange, aFailedAlert())).toEqual([]);
    expect(open([], aBucket({ ownedByAccount: 'no', policy: null, gaps: closed.gaps }))).toEqual([]);
  });
});

describe('who is not contained', () => {
  it('is a user who is not denied everything: sessions outlive keys', () => {
    expect(notContained(hands(), [keysOff('mallory', ids.accessKey)])).toEqual(['the actor, user mallory']);
    expect(notContained(hands(), [denied('user', 'mallory')])).toEqual([]);
    expect(notContained(hands(), [denied('role', 'mallory')])).toEqual(['the actor, user mallory']);
    expect(notContained(hands(), [denied('user', 'mallory', 'narrow-permission')])).toHaveLength(1);
  });

  it('is a role whose sessions were neither revoked nor denied', () => {
    expect(notContained(hands(asRole), [revoked('other')])).toEqual(['the actor, role backup']);
    expect(notContained(hands(asRole), [revoked('backup')])).toEqual([]);
    expect(notContained(hands(asRole), [denied('role', 'backup')])).toEqual([]);
  });

  it('is whoever acted and cannot be changed here, with the way out', () => {
    const root = hands({ alert: anAlert({ principal: { kind: 'root' } }), principal: null });
    expect(notContained(root, [denied('user', 'mallory')])).toEqual([
      expect.stringMatching(/^the actor \(root: .*SCP/),
    ]);
    const centre = hands({ ...asRole, principal: aRole({ identityCenter: true }) });
    expect(notContained(centre, [revoked('backup')])).toEqual([
      expect.stringMatching(/disable the person in Identity/),
    ]);
  });

  it('is not the user of a federated session once that user is denied', () => {
    const federated = hands({ alert: anAlert({ principal: aFederatedUser() }) });
    expect(notContained(federated, [denied('user', 'mallory')])).toEqual([]);
  });

  it('is each suspect that nothing shut out, by what it is suspected for, and whoever is beyond this account', () => {
    const helper: KnownSuspect = {
      type: 'user',
      name: 'helper',
      extent: 'keys',
      keys: ['AKIAMADE'],
      credentials: [],
      why: ['the actor made access key AKIAMADE'],
      facts: aUser({ name: 'helper', accessKeys: [{ accessKeyId: 'AKIAMADE', status: 'Active' }] }),
    };
    const beyond = [{ what: 'contain account 999999999999', why: 'contain it where it belongs' }];
    const known = hands({
      suspects: [helper, { ...helper, type: 'role', name: 'deploy', extent: 'sessions' }],
      beyond,
    });
    const actor = denied('user', 'mallory');
    expect(notContained(known, [actor])).toEqual([
      'user helper (the actor made access key AKIAMADE)',
      'role deploy (the actor made access key AKIAMADE)',
      'contain account 999999999999 (contain it where it belongs)',
    ]);
    expect(notContained({ ...known, beyond: [] }, [actor, keysOff('helper', 'AKIAMADE'), revoked('deploy')])).toEqual(
      [],
    );
    const whole = { ...known, beyond: [], suspects: [{ ...helper, extent: 'whole' as const }] };
    expect(notContained(whole, [actor, keysOff('helper', 'AKIAMADE')])).toHaveLength(1);
    const off = aUser({ accessKeys: [{ accessKeyId: 'AKIAMADE', status: 'Inactive' }] });
    expect(notContained({ ...whole, suspects: [{ ...helper, facts: off }] }, [actor])).toEqual([]);
    const credential = { ...helper, keys: [], credentials: ['ACCA1'] };
    expect(notContained({ ...whole, suspects: [credential] }, [actor])).toHaveLength(1);
  });

  it('is nobody for a key or credential that is off or deleted already, and somebody for one that was not read', () => {
    const suspect: KnownSuspect = {
      type: 'user',
      name: 'helper',
      extent: 'keys',
      keys: ['AKIAMADE'],
      credentials: ['APKA1'],
      why: ['the actor made it'],
      facts: aUser({ name: 'helper', accessKeys: [] }),
      serviceCredentials: [{ kind: 'ssh-key', credentialId: 'APKA1', service: 's', status: 'Inactive' }],
    };
    const left = (changes: Partial<KnownSuspect>) =>
      notContained(hands({ suspects: [{ ...suspect, ...changes }] }), [denied('user', 'mallory')]);
    expect(left({})).toEqual([]);
    expect(left({ serviceCredentials: [] })).toEqual([]);
    expect(left({ serviceCredentials: null })).toHaveLength(1);
    expect(left({ facts: null })).toHaveLength(1);
    const gaps = [{ what: 'access keys', why: 'denied' }];
    expect(left({ facts: aUser({ name: 'helper', accessKeys: [], gaps }) })).toHaveLength(1);
  });
});
