import { describe, expect, it } from 'vitest';
import type { ActInputOf, ActName } from '../../../../src/domain/acts/acts.ts';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import { eradicationPlan } from '../../../../src/domain/plan/eradication-plan.ts';
import { invert } from '../../../../src/domain/acts/invert.ts';
import type { PolicyDocument, Statement } from '../../../../src/domain/policy/policy-document.ts';
import { recoveryPlan } from '../../../../src/domain/plan/recovery-plan.ts';
import {
  standingOfAccessKeys,
  standingOfBucketAcl,
  standingOfBucketPolicy,
  standingOfCopy,
  standingOfEventRule,
  standingOfExportTask,
  standingOfInlinePolicy,
  standingOfManagedPolicy,
  standingOfRevocation,
} from '../../../../src/domain/acts/standing.ts';
import {
  aBucket,
  aDocument,
  aGrant,
  aManagedPolicy,
  anAcl,
  anAlert,
  anAllow,
  aPlanInput,
  aPolicy,
  aRole,
  aRoleSession,
  aTask,
  aUser,
  ids,
  outsideStatement,
  serviceStatement,
} from '../../../support/builders.ts';
import { standingOfTrust } from '../../../../src/domain/acts/standing-of-trust.ts';
import { cutoffOf, revocationDocument } from '../../../../src/domain/acts/session-revocation.ts';

const exporting = aDocument(anAllow({ Action: ['ec2:ExportImage', 'a:b'] }));
const input = aPlanInput({
  policy: aPolicy({ runningExport: 'cancel', deleteOriginal: 'after-copy' }),
  principal: aUser({ inline: [{ name: 'exports', document: exporting }], attached: [aManagedPolicy()] }),
  bucket: aBucket({
    policy: aDocument(serviceStatement, outsideStatement),
    acl: anAcl(aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'READ')),
  }),
});
const planned = [
  ...containmentPlan(input).actions,
  ...containmentPlan({ ...input, task: aTask({ state: 'active' }) }).actions,
  ...containmentPlan({ ...input, alert: anAlert({ principal: aRoleSession() }), principal: aRole() }).actions,
  ...eradicationPlan(input).actions,
  ...recoveryPlan(input).actions,
];
/** The first planned act of that name. */
const act = <N extends ActName>(name: N): ActInputOf<N> =>
  planned.map((action) => action.input).find((candidate): candidate is ActInputOf<N> => candidate.act === name)!;
const there = (document: PolicyDocument | null) => ({ holderArn: ids.userArn, document });

describe('the standing of a bucket policy', () => {
  const edit = act('editBucketPolicy');

  it('is gone with the bucket', () => {
    expect(standingOfBucketPolicy(edit, 'gone').standing).toBe('gone');
  });

  it('is done though S3 returns an account for a canonical user', () => {
    const denyPut = recoveryPlan(input).actions.find(({ id }) => id === 'deny-service-put')?.input as typeof edit;
    const rewritten: Statement = { ...denyPut.add[0], Principal: { AWS: 'arn:aws:iam::999999999999:root' } };
    const standing = (...statements: Statement[]) =>
      standingOfBucketPolicy(denyPut, aDocument(serviceStatement, outsideStatement, ...statements)).standing;
    expect(standing(rewritten)).toBe('done');
    expect(standing({ ...rewritten, Principal: { AWS: ['arn:aws:iam::999999999999:user/x'] } })).toBe('ready');
    expect(standing({ ...rewritten, Effect: 'Allow' })).toBe('ready');
    expect(standing()).toBe('ready');
  });
});

describe('the standing of a bucket ACL', () => {
  const replace = act('replaceBucketAcl');

  it('does not depend on the order of its grants', () => {
    expect(standingOfBucketAcl(replace, replace.after).standing).toBe('done');
    const reversed = { ...replace.before, grants: replace.before.grants.toReversed() };
    expect(standingOfBucketAcl(replace, reversed).standing).toBe('ready');
  });

  it('is changed by another grant or owner, and gone with the bucket', () => {
    const other = anAcl(aGrant({ type: 'CanonicalUser', id: 'c'.repeat(64) }, 'READ'));
    expect(standingOfBucketAcl(replace, other).standing).toBe('changed');
    expect(standingOfBucketAcl(replace, { ...replace.after, ownerId: 'x' }).standing).toBe('changed');
    expect(standingOfBucketAcl(replace, null).standing).toBe('gone');
  });
});

describe('the standing of access keys', () => {
  const key = (accessKeyId: string) => ({ accessKeyId, before: 'Active' as const, after: 'Inactive' as const });
  const off = { ...act('setAccessKeyStatus'), keys: [key('A'), key('B')] };
  const standing = (keys: Record<string, 'Active' | 'Inactive'>, act_ = off) =>
    standingOfAccessKeys(act_, { userArn: ids.userArn, keys }).standing;

  it.each([
    ['ready', { A: 'Active', B: 'Active' }],
    ['ready', { A: 'Inactive', B: 'Active' }],
    ['done', { A: 'Inactive', B: 'Inactive' }],
    ['done', { A: 'Inactive' }],
    ['done', { A: 'Inactive', B: 'Inactive', C: 'Inactive' }],
    ['changed', { A: 'Inactive', B: 'Inactive', C: 'Active' }],
    ['changed', { A: 'Active', B: 'Active', C: 'Active' }],
    ['gone', {}],
    ['gone', { C: 'Active' }],
  ] as const)('is %s for %j', (expected, keys) => {
    expect(standing(keys)).toBe(expected);
  });

  it('tells an attempt that ended half-way from one that did nothing', () => {
    const partly = (keys: Record<string, 'Active' | 'Inactive'>) =>
      standingOfAccessKeys(off, { userArn: ids.userArn, keys }).partly;
    expect(partly({ A: 'Inactive', B: 'Active' })).toBe(true);
    expect(partly({ A: 'Active', B: 'Active' })).toBeUndefined();
    expect(partly({ A: 'Inactive', B: 'Inactive' })).toBeUndefined();
  });

  it('is gone with the user', () => {
    expect(standingOfAccessKeys(off, { userArn: null, keys: {} }).standing).toBe('gone');
  });

  it('is not stopped by keys that are to stay', () => {
    expect(standing({ A: 'Inactive', B: 'Inactive', C: 'Active' }, { ...off, othersStay: true })).toBe('done');
    expect(standing({ A: 'Active', B: 'Active', C: 'Active' }, { ...off, othersStay: true })).toBe('ready');
  });

  it('cannot be undone for a key that was deleted, and is not stopped by other keys', () => {
    const undo = invert(off) as typeof off;
    expect(standing({ A: 'Inactive', B: 'Inactive', C: 'Active' }, undo)).toBe('ready');
    expect(standing({ A: 'Inactive' }, undo)).toBe('gone');
    expect(standing({ A: 'Active', B: 'Active' }, undo)).toBe('done');
  });
});

describe('the standing of policies', () => {
  it('tells the inline policy’s after- and before-state from everything else', () => {
    const put = act('putInlinePolicy');
    expect(standingOfInlinePolicy(put, there(put.after)).standing).toBe('done');
    expect(standingOfInlinePolicy(put, there(put.before)).standing).toBe('ready');
    expect(standingOfInlinePolicy(put, there(exporting)).standing).toBe('changed');
    expect(standingOfInlinePolicy(put, { holderArn: null, document: null }).standing).toBe('gone');
  });

  it('is changed where another user has the name by now, and where ids are not known nothing is said of them', () => {
    const put = { ...act('putInlinePolicy'), holder: { type: 'user' as const, name: 'mallory' }, userId: 'AIDA1' };
    const state = there(put.before);
    expect(standingOfInlinePolicy(put, { ...state, userId: 'AIDA2' }).standing).toBe('changed');
    expect(standingOfInlinePolicy(put, { ...state, userId: 'AIDA1' }).standing).toBe('ready');
    expect(standingOfInlinePolicy(put, state).standing).toBe('ready');
    const off = { ...act('setAccessKeyStatus'), userId: 'AIDA1' };
    const none = { userArn: 'arn', userId: 'AIDA2', keys: {} };
    expect(standingOfAccessKeys(off, none).standing).toBe('changed');
  });

  it('is changed where another role was made under the name by now, of its sessions and its trust policy too', () => {
    const made = (roleId: string) => ({ holderArn: 'arn', roleId, document: null });
    const put = { ...act('putInlinePolicy'), holder: { type: 'role' as const, name: 'backup' }, roleId: 'AROA1' };
    expect(standingOfInlinePolicy({ ...put, before: null }, made('AROA2')).standing).toBe('changed');
    expect(standingOfInlinePolicy({ ...put, before: null }, made('AROA1')).standing).toBe('ready');
    const revoke = { ...act('revokeRoleSessions'), roleId: 'AROA1' };
    expect(standingOfRevocation(revoke, made('AROA2'))).toMatchObject({
      standing: 'changed',
      detail: `role ${revoke.roleName} is another one than planned: that was deleted, and this one made, since`,
    });
    expect(standingOfRevocation(revoke, made('AROA1')).standing).toBe('ready');
    expect(invert(revoke, { cutoff: '2026-03-02T10:00:00.000Z' })).toMatchObject({ roleId: 'AROA1' });
    const setTrust = { ...revoke, act: 'setTrustPolicy' as const, before: exporting, after: aDocument() };
    const trust = { ...setTrust, roleId: 'AROA1' };
    const state = (roleId: string) => ({ arn: 'arn', roleId, trust: trust.before });
    expect(standingOfTrust(trust, state('AROA2')).standing).toBe('changed');
    expect(standingOfTrust(trust, state('AROA1')).standing).toBe('ready');
  });

  it('does not mind the order of actions', () => {
    const put = { ...act('putInlinePolicy'), after: exporting };
    const reordered = aDocument(anAllow({ Action: ['a:b', 'ec2:ExportImage'] }));
    expect(standingOfInlinePolicy(put, there(reordered)).standing).toBe('done');
  });

  it('tells the managed policy’s states', () => {
    const set = act('setManagedPolicy');
    expect(standingOfManagedPolicy(set, set.after).standing).toBe('done');
    expect(standingOfManagedPolicy(set, set.before).standing).toBe('ready');
    expect(standingOfManagedPolicy(set, aDocument(anAllow())).standing).toBe('changed');
    expect(standingOfManagedPolicy(set, null).standing).toBe('gone');
  });

  it('takes any revocation of this incident for done, and no other document', () => {
    const revoke = act('revokeRoleSessions');
    const document = revocationDocument(ids.incidentKey, '2026-03-02T10:30:00Z');
    expect(standingOfRevocation(revoke, there(null)).standing).toBe('ready');
    expect(standingOfRevocation(revoke, there(document))).toMatchObject({
      standing: 'done',
      observed: { cutoff: '2026-03-02T10:30:00Z' },
    });
    expect(standingOfRevocation(revoke, there(exporting)).standing).toBe('changed');
    expect(standingOfRevocation(revoke, { holderArn: null, document }).standing).toBe('gone');
    expect(cutoffOf('VMX-KLMNOPQRST', document)).toBeNull();
  });
});

describe('the standing of other targets', () => {
  it('follows the export task', () => {
    const cancel = act('cancelExportTask');
    const standing = (state: 'active' | 'cancelling' | 'cancelled' | 'completed') =>
      standingOfExportTask(cancel, aTask({ state })).standing;
    expect([standing('active'), standing('cancelling'), standing('cancelled'), standing('completed')]).toEqual([
      'ready',
      'ready',
      'done',
      'changed',
    ]);
    expect(standingOfExportTask(cancel, null).standing).toBe('gone');
  });

  it('follows the event rule, half-made and disabled ones included', () => {
    const put = act('putEventRule');
    const rule = { ...put.after!, enabled: true };
    expect(standingOfEventRule(put, null).standing).toBe('ready');
    expect(standingOfEventRule(put, rule).standing).toBe('done');
    expect(standingOfEventRule(put, { ...rule, enabled: false }).standing).toBe('changed');
    expect(standingOfEventRule(put, { ...rule, targetArn: '' })).toMatchObject({ standing: 'ready', partly: true });
    expect(standingOfEventRule(put, null).partly).toBeUndefined();
    expect(standingOfEventRule(put, { ...rule, targetArn: 'elsewhere' }).standing).toBe('changed');
    expect(standingOfEventRule(put, { ...rule, eventPattern: 'not JSON' }).standing).toBe('changed');
    const spaced = JSON.stringify(JSON.parse(rule.eventPattern), null, 2);
    expect(standingOfEventRule(put, { ...rule, eventPattern: spaced }).standing).toBe('done');
    expect(standingOfEventRule(invert(put) as typeof put, null).standing).toBe('done');
  });

  it('follows the copy by size, source and checksum', () => {
    const copy = act('copyExport');
    const [whole, ofParts] = ['a'.repeat(64), 'eA==-3'];
    const state = { size: copy.source.size, sourceEtag: copy.source.etag, sha256: whole, sha256OfParts: undefined };
    const inParts = { ...state, sha256: undefined, sha256OfParts: ofParts };
    expect(standingOfCopy(copy, null).standing).toBe('ready');
    expect(standingOfCopy(copy, state)).toMatchObject({ standing: 'done', observed: { sha256: 'a'.repeat(64) } });
    expect(standingOfCopy(copy, inParts)).toMatchObject({ standing: 'done', observed: { sha256OfParts: ofParts } });
    expect(standingOfCopy(copy, { ...state, size: 1 }).standing).toBe('changed');
    expect(standingOfCopy(copy, { ...state, sourceEtag: 'other' }).standing).toBe('changed');
    expect(standingOfCopy(copy, { ...state, sha256: undefined }).standing).toBe('changed');
  });
});

describe('the inverse of an act', () => {
  it('exists for every act that is called reversible, the copy apart', () => {
    for (const { id, input: planned_, reversible } of planned) {
      const inverse = invert(planned_, { cutoff: '2026-03-02T10:30:00Z' });
      expect([id, inverse !== null]).toEqual([id, reversible && planned_.act !== 'copyExport']);
    }
  });

  it('has the act itself as its inverse', () => {
    for (const name of [
      'replaceBucketAcl',
      'setAccessKeyStatus',
      'putInlinePolicy',
      'setManagedPolicy',
      'putEventRule',
    ] as const) {
      expect(invert(invert(act(name))!)).toEqual(act(name));
    }
  });

  it('restores the before-state from the after-state', () => {
    const put = act('putInlinePolicy');
    expect(invert(put)).toEqual({ ...put, before: put.after, after: null });
  });

  it('deletes exactly the revocation that the act wrote, and nothing that is guessed', () => {
    const revoke = act('revokeRoleSessions');
    const cutoff = '2026-03-02T10:30:00Z';
    expect(invert(revoke, { cutoff })).toMatchObject({
      act: 'putInlinePolicy',
      holder: { type: 'role', name: 'backup' },
      policyName: revoke.policyName,
      before: revocationDocument(ids.incidentKey, cutoff),
      after: null,
    });
    expect(invert(revoke)).toBeNull();
  });
});
