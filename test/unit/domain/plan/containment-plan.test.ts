import { describe, expect, it } from 'vitest';
import { exportResources } from '../../../../src/domain/policy/export-readers.ts';
import type { PlanInput } from '../../../../src/domain/plan/planning.ts';
import { restDigest } from '../../../../src/domain/policy/policy-document.ts';
import {
  aBucket,
  aDocument,
  aFailedAlert,
  anAlert,
  aPlanInput,
  aPolicy,
  aRead,
  aTask,
  ids,
  serviceStatement,
  someReads,
  without,
} from '../../../support/builders.ts';
import { plan, actions, action, why, base, prefix, denyReads, asRole, opened } from './a-containment-plan.ts';

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
