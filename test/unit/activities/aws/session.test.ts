import { describe, expect, it } from 'vitest';
import type { ActInput } from '../../../../src/domain/acts/acts.ts';
import { longestSessionPolicy } from '../../../../activities/aws/permissions/session-policy.ts';
import { permissionsOfAct } from '../../../../activities/aws/permissions/table.ts';
import { actSession } from '../../../../activities/aws/session.ts';

const role = 'arn:aws:iam::111111111111:role/soar-contain';
const base = { incidentKey: 'VMX-ABCDEFGHIJ', accountId: '111111111111', region: 'eu-west-1' };
const document = { Version: '2012-10-17', Statement: [] };
const acl = { ownerId: 'o', grants: [] };
const copy = (source: string, destination: string): ActInput => ({
  ...base,
  act: 'copyExport',
  source: { bucket: 'acme-exports', key: source, size: 1, etag: 'e' },
  destination: { accountId: '222222222222', region: 'eu-west-1', bucket: 'acme-forensics', key: destination },
});
const edit = (bucket: string): ActInput => ({
  ...base,
  act: 'editBucketPolicy',
  bucket,
  add: [],
  remove: [],
  removedByPlan: [],
  restDigest: '',
  before: null,
});
const inline = (type: 'user' | 'role' | 'group', name: string): ActInput => ({
  ...base,
  act: 'putInlinePolicy',
  holder: { type, name },
  policyName: 'p',
  before: null,
  after: document,
});
const managed = (policyArn: string): ActInput => ({
  ...base,
  act: 'setManagedPolicy',
  policyArn,
  before: document,
  after: document,
});
const cancel = (exportTaskId: string): ActInput => ({ ...base, act: 'cancelExportTask', exportTaskId });
const rule = (ruleName: string): ActInput => ({ ...base, act: 'putEventRule', ruleName, before: null, after: null });

const user = ['arn:aws:iam::111111111111:user/mallory', 'arn:aws:iam::111111111111:user/*/mallory'];
const ec2 = 'arn:aws:ec2:eu-west-1:111111111111';
const replication = { Role: 'arn:aws:iam::111111111111:role/replication', Rules: [] };

const cases: [string, ActInput, string[]][] = [
  ['a bucket policy', edit('acme-exports'), ['arn:aws:s3:::acme-exports']],
  ['a bucket ACL', { ...base, act: 'replaceBucketAcl', bucket: 'b', before: acl, after: acl }, ['arn:aws:s3:::b']],
  ['access keys', { ...base, act: 'setAccessKeyStatus', userName: 'mallory', keys: [] }, user],
  ['a policy of a user', inline('user', 'mallory'), user],
  [
    'a policy of a role',
    inline('role', 'r'),
    ['arn:aws:iam::111111111111:role/r', 'arn:aws:iam::111111111111:role/*/r'],
  ],
  [
    'a policy of a group',
    inline('group', 'g'),
    ['arn:aws:iam::111111111111:group/g', 'arn:aws:iam::111111111111:group/*/g'],
  ],
  [
    'sessions of a role',
    { ...base, act: 'revokeRoleSessions', roleName: 'r', policyName: 'p', before: null },
    ['arn:aws:iam::111111111111:role/r', 'arn:aws:iam::111111111111:role/*/r'],
  ],
  ['a managed policy', managed('arn:aws:iam::111111111111:policy/p'), ['arn:aws:iam::111111111111:policy/p']],
  ['an export of an instance', cancel('export-i-1'), ['*', `${ec2}:export-instance-task/export-i-1`]],
  ['an export of an image', cancel('export-ami-1'), ['*', `${ec2}:export-image-task/export-ami-1`]],
  [
    'a copy',
    copy('vms/a b.ova', 'exports/a b.ova'),
    [
      'arn:aws:s3:::acme-exports',
      'arn:aws:s3:::acme-exports/vms/a b.ova',
      'arn:aws:s3:::acme-forensics',
      'arn:aws:s3:::acme-forensics/exports/a b.ova*',
    ],
  ],
  [
    'whom an image is shared with',
    { ...base, act: 'setSharing', resource: { type: 'image', id: 'ami-1' }, before: ['all'], after: [] },
    ['*', 'arn:aws:ec2:eu-west-1::image/ami-1'],
  ],
  [
    'whom a snapshot is shared with',
    { ...base, act: 'setSharing', resource: { type: 'snapshot', id: 'snap-1' }, before: ['all'], after: [] },
    ['*', 'arn:aws:ec2:eu-west-1::snapshot/snap-1'],
  ],
  [
    'snapshots of volumes',
    { ...base, act: 'snapshotVolumes', instanceId: 'i-1', volumes: ['vol-1'], tags: {} },
    // Snapshots are made, and tagged as long as they are being made.
    ['*', `${ec2}:instance/i-1`, `${ec2}:volume/*`, ...Array<string>(2).fill('arn:aws:ec2:eu-west-1::snapshot/*')],
  ],
  ['EBS encryption by default', { ...base, act: 'setEbsEncryptionDefault', before: false, after: true }, ['*']],
  [
    'a public access block',
    { ...base, act: 'setPublicAccessBlock', bucket: 'b', before: null, after: {} },
    ['arn:aws:s3:::b'],
  ],
  [
    'bucket ownership',
    { ...base, act: 'setBucketOwnership', bucket: 'b', before: null, after: 'BucketOwnerEnforced' },
    ['arn:aws:s3:::b'],
  ],
  [
    'replication',
    { ...base, act: 'setBucketReplication', bucket: 'b', before: replication, after: replication },
    ['arn:aws:s3:::b', replication.Role],
  ],
  [
    'the policy of an access point',
    { ...base, act: 'setAccessPointPolicy', bucket: 'b', accessPoint: 'ap', before: null, after: null },
    ['arn:aws:s3:::b', 'arn:aws:s3:eu-west-1:111111111111:accesspoint/ap'],
  ],
  [
    'a deletion',
    {
      ...base,
      act: 'deleteExport',
      source: { bucket: 'acme-exports', key: 'vms/a.ova', size: 1, etag: 'e' },
      versions: [],
      copy: { accountId: '222222222222', region: 'eu-west-1', bucket: 'acme-forensics', key: 'exports/a.ova' },
    },
    ['arn:aws:s3:::acme-exports', 'arn:aws:s3:::acme-exports/vms/a.ova', 'arn:aws:s3:::acme-forensics/exports/a.ova*'],
  ],
  ['an event rule', rule('soar-r'), ['arn:aws:events:eu-west-1:111111111111:rule/soar-r']],
  [
    'a rule of AWS Config',
    { ...base, act: 'putConfigRule', ruleName: 'soar-r', before: null, after: null },
    ['*', 'arn:aws:config:eu-west-1:111111111111:config-rule/*'],
  ],
  [
    'a service control policy',
    {
      ...base,
      act: 'setAccountScp',
      accountId: '444444444444',
      targetAccount: '111111111111',
      policyName: 'p',
      before: null,
      after: document,
    },
    [
      '*',
      'arn:aws:organizations::444444444444:account/*/111111111111',
      'arn:aws:organizations::444444444444:policy/*/service_control_policy/*',
    ],
  ],
];

const statementsOf = (input: ActInput) =>
  (JSON.parse(actSession(input, role).policy ?? '') as { Statement: { Action: string[]; Resource: string[] }[] })
    .Statement;

const sourceOf = (input: ActInput) =>
  statementsOf(input)
    .map(({ Resource }) => Resource)
    .find(([arn]) => arn?.startsWith('arn:aws:s3:::acme-exports/'));

describe('the session of an act', () => {
  it.each(cases)('on %s reaches that and nothing else', (_what, input, resources) => {
    const statements = statementsOf(input);
    expect(statements.flatMap(({ Resource }) => Resource).sort()).toEqual([...resources].sort());
    const actions = new Set(statements.flatMap(({ Action }) => Action));
    const allowed = new Set(permissionsOfAct(input.act).map(({ action }) => action));
    expect([...actions].filter((action) => !allowed.has(action))).toEqual([]);
    // Everywhere only what has no resource: lists, what is set for a whole account, and what is not made yet.
    const everywhere = statements.filter(({ Resource }) => Resource.includes('*')).flatMap(({ Action }) => Action);
    const unnamed =
      /^((ec2|config):Describe|ec2:\w+EbsEncryptionByDefault$|organizations:(ListPolicies|CreatePolicy)$)/;
    expect(everywhere.filter((action) => !unnamed.test(action))).toEqual([]);
  });

  it('is named after the incident', () => {
    expect(actSession(rule('soar-r'), role).name).toBe('soar-contain-VMX-ABCDEFGHIJ');
    const odd = { ...rule('soar-r'), incidentKey: `VMX-${'é/ :'.repeat(5)}${'A'.repeat(100)}` };
    expect(actSession(odd, role).name).toMatch(/^soar-contain-VMX-A{47}$/);
  });

  it('is in the partition of its role', () => {
    const { policy } = actSession(edit('b'), 'arn:aws-cn:iam::111111111111:role/soar-contain');
    expect(policy).toContain('"arn:aws-cn:s3:::b"');
  });

  it('takes a key literally, whatever IAM would read in it', () => {
    const source = sourceOf(copy('a*b?c${aws:username}.ova', 'k'));
    expect(source).toEqual(['arn:aws:s3:::acme-exports/a${*}b${?}c${$}{aws:username}.ova']);
  });

  it('says by a wildcard what a policy cannot hold', () => {
    const source = sourceOf(copy('übung/日本\n.ova', 'k'));
    expect(source).toEqual(['arn:aws:s3:::acme-exports/übung/***.ova']);
  });

  const longest: [string, ActInput][] = [
    ['keys', copy('k'.repeat(1024), 'd'.repeat(1024))],
    ['keys full of wildcards', copy('*'.repeat(1024), '$'.repeat(1024))],
    ['keys full of quotes', copy('"'.repeat(1024), '\\'.repeat(1024))],
    ['user name', inline('user', 'u'.repeat(64))],
    ['role name', inline('role', 'r'.repeat(64))],
    ['group name', inline('group', 'g'.repeat(128))],
    ['policy', managed(`arn:aws-us-gov:iam::111111111111:policy/${'p'.repeat(510)}/${'n'.repeat(128)}`)],
    ['bucket name', edit('b'.repeat(63))],
    ['rule name', rule(`soar-${'r'.repeat(59)}`)],
  ];
  it.each(longest)('is short enough for STS with the longest %s', (_what, input) => {
    const policy = actSession(input, role).policy ?? '';
    expect(policy.length).toBeGreaterThan(0);
    expect(policy.length).toBeLessThanOrEqual(longestSessionPolicy);
    // What STS takes as characters of a session policy.
    expect(policy).toMatch(/^[\t\n\r\u0020-\u00ff]+$/);
  });
});
