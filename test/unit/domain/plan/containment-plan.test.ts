import { describe, expect, it } from 'vitest';
import { containmentPlan } from '../../../../src/domain/plan/containment-plan.ts';
import { exportResources } from '../../../../src/domain/policy/export-readers.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import { applyEdit, restDigest, type Statement } from '../../../../src/domain/policy/policy-document.ts';
import { iamIdentity, type PrincipalKind } from '../../../../src/domain/alert/principal.ts';
import {
  aFederatedUser,
  aBucket,
  aDocument,
  aFailedAlert,
  aGrant,
  anAcl,
  anAlert,
  anIamUser,
  aPlanInput,
  aPolicy,
  aRead,
  aRole,
  aRoleSession,
  aTask,
  aTrail,
  aTrailEvent,
  aUser,
  ids,
  outsideStatement,
  serviceStatement,
  someReads,
  without,
} from '../../../support/builders.ts';

const plan = (changes: Partial<PlanInput> = {}) => containmentPlan(aPlanInput(changes));
const actions = (changes: Partial<PlanInput> = {}) => plan(changes).actions.map(({ id }) => id);
const action = (id: string, changes: Partial<PlanInput> = {}) => plan(changes).actions.find((one) => one.id === id);
const why = (what: string, changes: Partial<PlanInput> = {}) =>
  plan(changes).notPlanned.find((entry) => entry.what.startsWith(what))?.why;

const base = { incidentKey: ids.incidentKey, accountId: ids.account, region: ids.region };
const prefix = 'VMXABCDEFGHIJ';
const denyReads: Statement = {
  Sid: 'VMXABCDEFGHIJDenyExportReads',
  Effect: 'Deny',
  Principal: '*',
  Action: ['s3:GetObject', 's3:GetObject*'],
  Resource: [`arn:aws:s3:::${ids.bucket}/${ids.key}*`],
  // Nobody else, services included: CloudFront reads for whoever has a distribution.
  Condition: { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::111111111111:role/soar-*'] } },
};
const asRole = { alert: anAlert({ principal: aRoleSession() }), principal: aRole() };
const opened = aBucket({
  policy: aDocument(serviceStatement, outsideStatement),
  acl: anAcl(aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'READ')),
});

describe('the containment plan', () => {
  it('shuts readers out first, then the actor, then takes grants away, and copies last', () => {
    expect(actions({ bucket: opened })).toEqual([
      'deny-export-reads',
      'disable-access-keys',
      'deny-actor',
      'remove-outside-grants',
      'remove-outside-acl-grants',
      'block-public-access',
      'copy-to-forensics',
    ]);
  });

  it('decides about a running export after the actor', () => {
    const running = {
      ...asRole,
      task: aTask({ state: 'active' as const }),
      policy: aPolicy({ runningExport: 'cancel' }),
    };
    expect(actions(running)).toEqual(['deny-export-reads', 'revoke-role-sessions', `cancel-export:${ids.task}`]);
  });

  it('contains nobody but the actor after a failed export', () => {
    expect(actions({ alert: aFailedAlert(), task: null, object: null, bucket: opened })).toEqual([
      'disable-access-keys',
      'deny-actor',
    ]);
  });

  it('says of everything that it leaves out why', () => {
    const nothing = plan({ task: null, object: null, bucket: null, reads: null, principal: null });
    expect(nothing.actions).toEqual([]);
    expect(nothing.notPlanned.map(({ what }) => what)).toEqual([
      'deny-export-reads',
      'lock-bucket',
      'deny-copy-reads',
      'stop-replication',
      'unshare-copies',
      'contain the actor',
      'remove-outside-grants',
      'remove-outside-acl-grants',
      'close-access-point',
      'block-public-access',
      'snapshot-volumes',
      'copy-to-forensics',
      'delete-original',
    ]);
  });

  it('gives each action an id of its own and an undo in words', () => {
    for (const changes of [{ bucket: opened }, asRole]) {
      const { actions: planned } = plan(changes);
      expect(new Set(planned.map(({ id }) => id)).size).toBe(planned.length);
      for (const { undo, sources, target, calls } of planned) {
        expect([undo, target, ...calls].every((text) => text !== '')).toBe(true);
        expect(sources.every((source) => /^S\d+$/.test(source))).toBe(true);
      }
    }
  });
});

describe('deny-export-reads', () => {
  it('denies reads of exactly the export to everybody but responders, services included', () => {
    expect(action('deny-export-reads')).toMatchObject({
      target: `arn:aws:s3:::${ids.bucket}`,
      calls: ['s3:PutBucketPolicy'],
      before: aDocument(serviceStatement),
      after: aDocument(serviceStatement, denyReads),
      reversible: true,
      input: {
        act: 'editBucketPolicy',
        ...base,
        bucket: ids.bucket,
        add: [denyReads],
        remove: [],
        restDigest: restDigest(aDocument(), prefix, []),
        removedByPlan: [serviceStatement],
        before: aDocument(serviceStatement),
      },
    });
  });

  it('works on a bucket without a policy', () => {
    expect(action('deny-export-reads', { bucket: aBucket({ policy: null }) })).toMatchObject({
      before: null,
      after: aDocument(denyReads),
    });
  });

  it('leaves the export service its PutObject', () => {
    expect(denyReads.Action).not.toContain('s3:PutObject');
  });

  it('names who has read the export, and admits when nobody knows', () => {
    const signed = expect.stringMatching(/^addresses that were signed before/) as string;
    const reads = someReads({
      reads: [
        aRead(),
        aRead(),
        aRead({ requester: '-' }),
        aRead({ requester: 'arn:aws:sts::111111111111:assumed-role/soar-contain/x' }),
      ],
    });
    expect(action('deny-export-reads', { reads })?.mayBreak).toEqual([
      'arn:aws:iam::333333333333:user/eve: has read the export',
      'anonymous readers: has read the export',
      signed,
    ]);
    expect(action('deny-export-reads', { reads: null })?.mayBreak).toEqual([
      'who else reads the export is not known: there are no access logs',
      signed,
    ]);
  });

  it.each<[string, Partial<PlanInput>, string[]]>([
    ['the object’s key', {}, [`${ids.key}*`]],
    [
      'what the task writes while the key is unknown',
      { object: null, task: without(aTask(), 'key'), alert: without(anAlert(), 'objectKey') },
      [`nightly/${ids.task}*`],
    ],
    [
      'the prefix when there is no task either',
      { object: null, task: null, alert: without(anAlert(), 'objectKey', 'exportTaskId') },
      ['nightly/*'],
    ],
    [
      'nothing when nothing is known',
      { object: null, task: null, alert: without(anAlert(), 'objectKey', 'exportTaskId', 'prefix') },
      [],
    ],
    [
      'a key that would read as a policy variable',
      { object: null, task: null, alert: anAlert({ objectKey: '${aws:userid}/x' }) },
      ['?{aws:userid}/x*'],
    ],
  ])('covers %s', (_what, changes, patterns) => {
    expect(exportResources(aPlanInput(changes))).toEqual(
      patterns.map((pattern) => `arn:aws:s3:::${ids.bucket}/${pattern}`),
    );
  });

  it('writes the ARNs of the Region’s partition', () => {
    expect(exportResources(aPlanInput({ alert: anAlert({ region: 'cn-north-1' }) }))[0]).toMatch(/^arn:aws-cn:s3:::/);
    expect(exportResources(aPlanInput({ alert: anAlert({ region: 'us-gov-west-1' }) }))[0]).toMatch(/^arn:aws-us-gov:/);
  });

  it.each<[string, Partial<PlanInput>, RegExp]>([
    ['the bucket was not read', { bucket: null }, /not read/],
    ['the bucket is another account’s', { bucket: aBucket({ ownedByAccount: 'no' }) }, /does not belong/],
    ['its owner is unknown', { bucket: aBucket({ ownedByAccount: 'unknown' }) }, /could not be found out/],
    [
      'the bucket is protected',
      { policy: aPolicy({ protected: { principals: [], buckets: ['acme-*'] } }) },
      /^protected/,
    ],
    [
      'the policy was refused',
      { bucket: aBucket({ policy: null, gaps: [{ what: 'bucket policy', why: 'AwsAccessDenied' }] }) },
      /could not be read/,
    ],
    ['there are no responders', { policy: aPolicy({ responders: [] }) }, /no responders/],
    [
      'the export’s place is unknown',
      { object: null, task: null, alert: without(anAlert(), 'objectKey', 'exportTaskId', 'prefix') },
      /neither key/,
    ],
    ['it is denied already', { bucket: aBucket({ policy: aDocument(denyReads) }) }, /already/],
  ])('is not planned when %s', (_when, changes, reason) => {
    expect(action('deny-export-reads', changes)).toBeUndefined();
    expect(why('deny-export-reads', changes)).toMatch(reason);
  });
});

describe('an IAM user as the actor', () => {
  const other = { accessKeyId: 'AKIAI44QH8DHBEXAMPLE', status: 'Active' as const };
  const old = { accessKeyId: 'AKIAIOLDKEYOLDEXAMPL', status: 'Inactive' as const };

  it('loses all active keys', () => {
    const principal = aUser({ accessKeys: [...aUser().accessKeys, other, old] });
    expect(action('disable-access-keys', { principal })).toMatchObject({
      target: ids.userArn,
      calls: ['iam:UpdateAccessKey'],
      reversible: true,
      mayBreak: [
        `whatever runs with ${ids.accessKey}, the key of the export`,
        'whatever runs with AKIAI44QH8DHBEXAMPLE, which did not make the export',
      ],
      input: {
        act: 'setAccessKeyStatus',
        ...base,
        userName: 'mallory',
        keys: [
          { accessKeyId: ids.accessKey, before: 'Active', after: 'Inactive' },
          { accessKeyId: 'AKIAI44QH8DHBEXAMPLE', before: 'Active', after: 'Inactive' },
        ],
      },
    });
  });

  it('keeps its keys when there is none to switch off, or they could not be listed', () => {
    expect(why('disable-access-keys', { principal: aUser({ accessKeys: [old] }) })).toMatch(/no active access key/);
    const gaps = [{ what: 'access keys', why: 'AwsAccessDenied' }];
    expect(why('disable-access-keys', { principal: aUser({ accessKeys: [], gaps }) })).toMatch(/AwsAccessDenied/);
  });

  it('is denied everything, for sessions outlive their keys', () => {
    const document = aDocument({ Sid: 'VMXABCDEFGHIJDenyAll', Effect: 'Deny', Action: '*', Resource: '*' });
    expect(action('deny-actor')).toMatchObject({
      target: ids.userArn,
      calls: ['iam:PutUserPolicy'],
      before: null,
      after: document,
      input: {
        act: 'putInlinePolicy',
        ...base,
        holder: { type: 'user', name: 'mallory' },
        policyName: 'SOAR-VMX-ABCDEFGHIJ-deny-all',
        before: null,
        after: document,
      },
    });
    const inline = [{ name: 'SOAR-VMX-ABCDEFGHIJ-deny-all', document }];
    expect(why('deny-actor', { principal: aUser({ inline }) })).toMatch(/already/);
  });

  it('shows what it did lately as what a deny may break', () => {
    const actorTrail = aTrail([aTrailEvent(), aTrailEvent(), aTrailEvent({ eventName: 'PutMetricData' })]);
    expect(action('deny-actor', { actorTrail })?.mayBreak).toEqual([
      'everything that user mallory does, in the console too; lately DescribeInstances (2), PutMetricData (1)',
    ]);
  });
});

describe('a role as the actor', () => {
  it('has its older sessions revoked, everybody’s', () => {
    expect(action('revoke-role-sessions', asRole)).toMatchObject({
      target: ids.roleArn,
      calls: ['iam:PutRolePolicy'],
      reversible: true,
      mayBreak: [
        'everyone and everything with an older session of role backup: they assume it again',
        'who else has a session of role backup is not fully known: the trail of the role was not read',
      ],
      input: {
        act: 'revokeRoleSessions',
        ...base,
        roleName: 'backup',
        policyName: 'SOAR-VMX-ABCDEFGHIJ-revoke-sessions',
        before: null,
      },
    });
    expect(why('stop new sessions of role backup', asRole)).toContain('behind session nightly-run');
  });

  it('is the one of the call, by its id, in every act', () => {
    const roleId = 'AROAEXAMPLEBACKUP';
    const { actions } = containmentPlan(aPlanInput({ ...asRole, principal: aRole({ roleId }) }));
    expect(actions.find(({ id }) => id === 'revoke-role-sessions')?.input).toMatchObject({ roleId });
  });

  it('is not revoked twice', () => {
    const inline = [{ name: 'SOAR-VMX-ABCDEFGHIJ-revoke-sessions', document: aDocument() }];
    expect(why('revoke-role-sessions', { ...asRole, principal: aRole({ inline }) })).toMatch(/already/);
  });
});

describe('an actor that cannot be changed', () => {
  const by = (kind: PrincipalKind, changes = {}): Partial<PlanInput> => ({
    alert: anAlert({ principal: { ...anIamUser(), kind, ...changes } }),
    principal: null,
  });

  it.each<[string, Partial<PlanInput>, RegExp]>([
    ['root', by('root'), /^root: .*SCP/],
    ['an AWS service', by('aws-service', { invokedBy: 'backup.amazonaws.com' }), /backup\.amazonaws\.com/],
    ['another account', by('aws-account', { accountId: ids.outsideAccount }), /contain it there/],
    ['a user of another account', by('iam-user', { accountId: ids.outsideAccount }), /contain it there/],
    ['an Identity Center user', by('identity-center-user'), /identitystore:userId/],
    ['somebody unknown', by('unknown'), /nothing tells/],
    ['a user that IAM does not show', by('iam-user'), /could not be read in IAM/],
    ['a service-linked role', { ...asRole, principal: aRole({ serviceLinked: true }) }, /service-linked role backup/],
    [
      'a role that was made under the name of the one that called',
      { ...asRole, principal: aRole({ roleId: 'AROAOTHER' }) },
      /role backup is another one now: that of the call \(AROAEXAMPLEBACKUP\) was deleted/,
    ],
    [
      'an Identity Center role',
      { ...asRole, principal: aRole({ identityCenter: true }) },
      /Identity Center role backup/,
    ],
    [
      'a protected role',
      { ...asRole, policy: aPolicy({ protected: { principals: ['*:role/backup'], buckets: [] } }) },
      /^protected/,
    ],
    [
      'a responder',
      { ...asRole, policy: aPolicy({ responders: ['arn:aws:iam::*:role/backup'] }) },
      /^protected: .* responder/,
    ],
  ])('is left with the right way out: %s', (_who, changes, reason) => {
    expect(why('contain the actor', changes)).toMatch(reason);
    expect(actions(changes)).not.toEqual(expect.arrayContaining([expect.stringMatching(/actor|keys|revoke/)]));
    expect(actions(changes)).toContain('deny-export-reads');
  });
});

describe('a federated session', () => {
  const federated: Partial<PlanInput> = { alert: anAlert({ principal: aFederatedUser() }), principal: aUser() };

  it('has the user contained who gave it, whose rights it has', () => {
    expect(action('deny-actor', federated)).toMatchObject({ input: { holder: { type: 'user', name: 'mallory' } } });
    expect(iamIdentity(aFederatedUser())).toEqual({ type: 'user', name: 'mallory' });
  });

  it('of root is nobody’s whom IAM holds', () => {
    expect(iamIdentity(aFederatedUser({ issuerArn: `arn:aws:iam::${ids.account}:root` }))).toBeNull();
    expect(iamIdentity(aFederatedUser({ issuerArn: `arn:aws:iam::${ids.account}:user/teams/it/carol` }))).toEqual({
      type: 'user',
      name: 'carol',
    });
  });
});

describe('a running export', () => {
  const running = { task: aTask({ state: 'active' }), object: null };

  it('is cancelled where the policy says so, which cannot be undone', () => {
    expect(
      action(`cancel-export:${ids.task}`, { ...running, policy: aPolicy({ runningExport: 'cancel' }) }),
    ).toMatchObject({
      target: ids.task,
      calls: ['ec2:CancelExportTask'],
      reversible: false,
      input: { act: 'cancelExportTask', ...base, exportTaskId: ids.task },
    });
  });

  it('is preserved otherwise, unread, and copied later', () => {
    expect(actions(running)).toEqual(['deny-export-reads', 'disable-access-keys', 'deny-actor']);
    expect(why('cancel-export', running)).toMatch(/preserves it/);
    expect(why('copy-to-forensics', running)).toMatch(/nothing to copy yet/);
  });

  it('is not cancelled twice', () => {
    const changes = {
      task: aTask({ state: 'cancelling' }),
      object: null,
      policy: aPolicy({ runningExport: 'cancel' }),
    } as const;
    expect(why('cancel-export', changes)).toMatch(/is being cancelled/);
  });
});

describe('copy-to-forensics', () => {
  const source = {
    bucket: ids.bucket,
    key: ids.key,
    size: 4_294_967_296,
    etag: '"9b2cf535f27731c974343645a3985328-512"',
  };

  it('copies the finished object under the incident’s key', () => {
    expect(action('copy-to-forensics')).toMatchObject({
      target: `arn:aws:s3:::acme-forensics/vm-exports/VMX-ABCDEFGHIJ/${ids.task}.ova`,
      input: {
        act: 'copyExport',
        ...base,
        source,
        destination: {
          accountId: ids.forensicsAccount,
          region: ids.region,
          bucket: 'acme-forensics',
          key: `vm-exports/VMX-ABCDEFGHIJ/${ids.task}.ova`,
        },
      },
    });
  });

  it('does not double the slashes of its prefix, nor begin with one', () => {
    const forensics = aPolicy().forensics!;
    for (const [set, start] of [
      ['/a/b/', 'a/b/VMX'],
      ['', 'VMX'],
    ] as const) {
      const copy = action('copy-to-forensics', { policy: aPolicy({ forensics: { ...forensics, prefix: set } }) });
      expect(copy?.target).toContain(`acme-forensics/${start}-ABCDEFGHIJ/`);
    }
  });

  it('asks for Object Lock where the configuration does, and says that nobody can delete it then', () => {
    const retention = { mode: 'COMPLIANCE' as const, days: 365 };
    const copy = action('copy-to-forensics', {
      policy: aPolicy({ forensics: { ...aPolicy().forensics!, retention } }),
    });
    expect(copy).toMatchObject({ input: { destination: { retention } }, after: { destination: { retention } } });
    expect(copy?.calls).toContain('s3:PutObjectRetention');
    expect(copy?.undo).toContain('Object Lock (COMPLIANCE) prevents for 365 days');

    const unlocked = action('copy-to-forensics');
    expect(JSON.stringify(unlocked)).not.toMatch(/retention|Object Lock/i);
  });

  it('is not planned without a forensics account or without the object', () => {
    expect(why('copy-to-forensics', { policy: aPolicy({ forensics: null }) })).toMatch(/no forensics account/);
    expect(why('copy-to-forensics', { object: null })).toMatch(/was not found/);
  });
});

describe('remove-outside-grants', () => {
  it('removes statements for outsiders and keeps all others', () => {
    expect(action('remove-outside-grants', { bucket: opened })).toMatchObject({
      after: aDocument(serviceStatement),
      mayBreak: ['arn:aws:iam::333333333333:root through statement Partner'],
      input: {
        act: 'editBucketPolicy',
        add: [],
        remove: [outsideStatement],
        removedByPlan: [serviceStatement, outsideStatement],
      },
    });
  });

  it('deletes the policy when nothing is left of it', () => {
    const bucket = aBucket({ policy: aDocument(outsideStatement) });
    expect(action('remove-outside-grants', { bucket })).toMatchObject({
      after: null,
      calls: ['s3:DeleteBucketPolicy'],
    });
  });

  it('narrows a mixed statement to the inside, under a Sid of ours', () => {
    const inside = `arn:aws:iam::${ids.account}:role/reader`;
    const mixed = { ...outsideStatement, Principal: { AWS: [inside, ids.outsideAccount] } };
    const planned = action('remove-outside-grants', { bucket: aBucket({ policy: aDocument(mixed) }) });
    expect(planned?.input).toMatchObject({
      remove: [mixed],
      add: [
        {
          ...outsideStatement,
          Sid: expect.stringMatching(/^VMXABCDEFGHIJInsideOnly[0-9a-f]{8}$/) as unknown,
          Principal: { AWS: [inside] },
        },
      ],
    });
  });

  it('warns that a public statement serves the inside as well', () => {
    const bucket = aBucket({ policy: aDocument({ ...outsideStatement, Principal: '*' }) });
    expect(action('remove-outside-grants', { bucket })?.mayBreak).toEqual([
      'everybody who reads through statement Partner, your own people included',
    ]);
  });

  it('removes what lets outsiders change access, though they cannot read', () => {
    const statement = { ...outsideStatement, Action: 's3:PutBucketPolicy' };
    expect(actions({ bucket: aBucket({ policy: aDocument(statement) }) })).toContain('remove-outside-grants');
  });

  it('leaves conditioned and harmless statements, and says so', () => {
    const conditioned = {
      ...outsideStatement,
      Principal: '*',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-example' } },
    };
    const upload = { ...outsideStatement, Sid: 'Upload', Action: 's3:PutObject' };
    const changes = { bucket: aBucket({ policy: aDocument(conditioned, upload) }) };
    expect(actions(changes)).not.toContain('remove-outside-grants');
    expect(why('remove-outside-grants: statement Partner', changes)).toMatch(/cannot be verified/);
    expect(why('remove-outside-grants: statement Upload', changes)).toMatch(/neither reads/);
  });
});

describe('remove-outside-acl-grants', () => {
  it('takes outsiders out of the ACL and leaves owner and export service', () => {
    const service = aGrant({ type: 'CanonicalUser', id: ids.exportService }, 'WRITE');
    const eve = aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'READ');
    const bucket = aBucket({ acl: anAcl(service, eve) });
    expect(action('remove-outside-acl-grants', { bucket })).toMatchObject({
      calls: ['s3:PutBucketAcl'],
      mayBreak: [`${ids.outsideCanonicalUser}, who loses READ`],
      input: {
        act: 'replaceBucketAcl',
        ...base,
        bucket: ids.bucket,
        before: anAcl(service, eve),
        after: anAcl(service),
      },
    });
  });

  it('is not planned for ACLs that are off, unread or clean', () => {
    const acl = anAcl(aGrant({ type: 'CanonicalUser', id: ids.outsideCanonicalUser }, 'READ'));
    const id = 'remove-outside-acl-grants';
    expect(why(id, { bucket: aBucket({ acl, ownership: 'BucketOwnerEnforced' }) })).toMatch(/switched off/);
    expect(why(id, { bucket: aBucket({ acl: null }) })).toMatch(/was not read/);
    expect(why(id)).toMatch(/nobody outside/);
    expect(why(id, { bucket: aBucket({ ownedByAccount: 'no' }) })).toMatch(/does not belong/);
  });
});

it('never plans an edit that leaves the policy as it is', () => {
  for (const { input } of plan({ bucket: opened }).actions) {
    if (input.act === 'editBucketPolicy') expect(applyEdit(input.before, input)).not.toEqual(input.before);
  }
});
