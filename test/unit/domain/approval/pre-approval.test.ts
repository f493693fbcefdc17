import { describe, expect, it } from 'vitest';
import { actionKinds } from '../../../../src/domain/acts/action-kinds.ts';
import type { ActInput } from '../../../../src/domain/acts/acts.ts';
import { authorisationRefusal } from '../../../../src/domain/approval/authorisation.ts';
import { preApprovableKinds, type PreApprovalRules } from '../../../../src/domain/approval/pre-approval.ts';
import { strings, type Statement } from '../../../../src/domain/policy/policy-document.ts';
import { aDocument, anAllow, aPolicy, ids, serviceStatement, without } from '../../../support/builders.ts';
import { someRules } from '../../../support/deciding.ts';
import { plannedActions } from '../../../support/planned-actions.ts';

const own: PreApprovalRules = {
  preApproved: preApprovableKinds,
  forensics: aPolicy().forensics,
  monitoring: aPolicy().monitoring,
  responders: aPolicy().responders,
};
const refusal = (input: ActInput, action: string, rules = own, incidentKey: string = ids.incidentKey) =>
  authorisationRefusal(
    input,
    { kind: 'pre-approved', incidentKey, action, policyDigest: 'p' },
    someRules({ preApproval: rules }),
  );

const input = (kind: string): ActInput => plannedActions.get(kind)!.input;

describe('the kinds of actions', () => {
  it('are those that the playbook plans, each with its acts', () => {
    expect([...plannedActions.keys()].sort()).toEqual(Object.keys(actionKinds).sort());
    for (const [kind, action] of plannedActions) expect(actionKinds[kind]).toContain(action.input.act);
  });
});

describe('a pre-approved act', () => {
  it.each(preApprovableKinds)('is done when it is what %s does', (kind) => {
    expect(refusal(input(kind), plannedActions.get(kind)!.id)).toBeNull();
  });

  it('is refused when the policy of this worker does not list its kind', () => {
    const none = { ...own, preApproved: ['copy-to-forensics'] };
    expect(refusal(input('deny-actor'), 'deny-actor', none)).toBe(
      'the policy of this worker does not pre-approve deny-actor',
    );
    expect(refusal(input('copy-to-forensics'), 'copy-to-forensics', none)).toBeNull();
  });

  it.each(Object.keys(actionKinds).filter((kind) => !preApprovableKinds.includes(kind)))(
    'is refused for %s even where it is listed',
    (kind) => {
      expect(refusal(input(kind), plannedActions.get(kind)!.id, { ...own, preApproved: [kind] })).toContain(
        'is not what',
      );
    },
  );

  it('is refused for another incident', () => {
    expect(refusal(input('deny-actor'), 'deny-actor', own, 'VMX-OTHER')).toBe(
      'the pre-approval is for another incident',
    );
  });

  const deny = input('deny-export-reads');
  const key = input('disable-access-keys');
  const actor = input('deny-actor');
  const copy = input('copy-to-forensics');
  const rule = input('monitor-exports');
  const sharing = input('unshare-copies');
  const snapshots = input('snapshot-volumes');
  if (
    deny.act !== 'editBucketPolicy' ||
    key.act !== 'setAccessKeyStatus' ||
    actor.act !== 'putInlinePolicy' ||
    copy.act !== 'copyExport' ||
    rule.act !== 'putEventRule' ||
    sharing.act !== 'setSharing' ||
    snapshots.act !== 'snapshotVolumes'
  ) {
    throw new Error('the plan is not what this test is about');
  }
  const denying = (changes: Statement): ActInput => ({ ...deny, add: [{ ...deny.add[0]!, ...changes }] });
  it.each<[string, string, ActInput]>([
    ['a cancelled export', 'deny-actor', input('cancel-export')],
    ['removed statements', 'deny-export-reads', { ...deny, remove: [serviceStatement] }],
    ['an added Allow', 'deny-export-reads', { ...deny, add: [...deny.add, anAllow({ Sid: deny.add[0]!.Sid! })] }],
    ["a statement in somebody else's name", 'deny-export-reads', { ...deny, add: [{ ...deny.add[0]!, Sid: 'Other' }] }],
    ['a lock under its name', 'deny-export-reads', { ...deny, add: [{ ...deny.add[0]!, Action: 's3:*' }] }],
    ['the lock itself', 'deny-export-reads', input('lock-bucket')],
    ['reads of the whole bucket', 'deny-export-reads', denying({ Resource: [`arn:aws:s3:::${deny.bucket}/*`] })],
    ['other objects of the bucket', 'deny-export-reads', denying({ Resource: [`arn:aws:s3:::${deny.bucket}/a*`] })],
    [
      'a pattern before the key',
      'deny-export-reads',
      denying({ Resource: [`arn:aws:s3:::${deny.bucket}/*${ids.key}*`] }),
    ],
    ['a bucket that it is not about', 'deny-export-reads', denying({ Resource: [`arn:aws:s3:::other/${ids.key}*`] })],
    [
      'more than the export',
      'deny-export-reads',
      denying({ Resource: [...strings(deny.add[0]!.Resource), `arn:aws:s3:::${deny.bucket}/${ids.key}2*`] }),
    ],
    ['no resource', 'deny-export-reads', { ...deny, add: [without(deny.add[0]!, 'Resource')] }],
    ['everything but the export', 'deny-export-reads', denying({ NotResource: deny.add[0]!.Resource! })],
    ['responders, too', 'deny-export-reads', { ...deny, add: [without(deny.add[0]!, 'Condition')] }],
    [
      'other responders than the configuration has',
      'deny-export-reads',
      denying({ Condition: { ArnNotLike: { 'aws:PrincipalArn': [ids.userArn] } } }),
    ],
    ['one principal alone', 'deny-export-reads', denying({ Principal: { AWS: ids.userArn } })],
    ['a second statement', 'deny-export-reads', { ...deny, add: [...deny.add, ...deny.add] }],
    ['no statement', 'deny-export-reads', { ...deny, add: [] }],
    [
      'a service-specific credential switched on',
      'disable-service-credential',
      { ...input('disable-service-credential'), before: 'Inactive', after: 'Active' } as ActInput,
    ],
    [
      'a key switched on',
      'disable-access-keys',
      { ...key, keys: [{ accessKeyId: ids.accessKey, before: 'Inactive', after: 'Active' }] },
    ],
    ['an inline policy that allows', 'deny-actor', { ...actor, after: aDocument(anAllow()) }],
    ['a deleted inline policy', 'deny-actor', { ...actor, after: null }],
    ['an inline policy of another name', 'deny-actor', { ...actor, policyName: 'ops' }],
    [
      'a copy to elsewhere',
      'copy-to-forensics',
      { ...copy, destination: { ...copy.destination, bucket: 'somewhere-else' } },
    ],
    [
      'a copy that nobody can delete',
      'copy-to-forensics',
      { ...copy, destination: { ...copy.destination, retention: { mode: 'COMPLIANCE', days: 36_500 } } },
    ],
    [
      'a rule with another target',
      'monitor-exports',
      { ...rule, after: { ...rule.after!, targetArn: 'arn:aws:sns:eu-west-1:333333333333:x' } },
    ],
    ['a share that is given', 'unshare-copies', { ...sharing, after: [...sharing.before, 'all'] }],
    ['a share for another', 'unshare-copies', { ...sharing, after: ['444444444444'] }],
    ['no share taken away', 'unshare-copies', { ...sharing, after: sharing.before }],
    ['snapshots under other tags', 'snapshot-volumes', { ...snapshots, tags: { Name: 'backup' } }],
    ['a rule that sees less', 'monitor-exports', { ...rule, after: { ...rule.after!, eventPattern: '{}' } }],
  ])('is refused for %s under the name of %s', (_, kind, changed) => {
    expect(refusal(changed, kind)).toBe(`the input is not what ${kind} does`);
  });

  it('denies reads for none but the responders of this worker, and never where it has none', () => {
    const others = { ...own, responders: ['arn:aws:iam::111111111111:role/other'] };
    expect(refusal(deny, 'deny-export-reads', others)).toContain('is not what');
    const nobody = denying({ Condition: { ArnNotLike: { 'aws:PrincipalArn': [] } } });
    expect(refusal(nobody, 'deny-export-reads', { ...own, responders: [] })).toContain('is not what');
  });

  it('may lock a copy as the configuration of this worker says, and no less', () => {
    const retention = { mode: 'GOVERNANCE' as const, days: 90 };
    const locking = { ...own, forensics: { ...own.forensics!, retention } };
    const locked = { ...copy, destination: { ...copy.destination, retention } };
    expect(refusal(locked, 'copy-to-forensics', locking)).toBeNull();
    expect(refusal(copy, 'copy-to-forensics', locking)).toContain('is not what');
  });

  it('is refused where forensics account and monitoring are not configured', () => {
    const bare = { ...own, forensics: null, monitoring: null };
    expect(refusal(copy, 'copy-to-forensics', bare)).not.toBeNull();
    expect(refusal(rule, 'monitor-exports', bare)).not.toBeNull();
  });
});
