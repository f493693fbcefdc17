import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { s3Observe } from '../../../../activities/s3/observe.ts';
import { anAwsError, awsDouble, place, throwing } from '../aws-double.ts';

const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject' }] };
const own = {
  HeadBucket: () => ({}),
  GetBucketLocation: () => ({ LocationConstraint: 'eu-west-1' }),
  GetBucketPolicy: () => ({ Policy: JSON.stringify(policy) }),
  GetBucketAcl: () => ({
    Owner: { ID: 'owner', DisplayName: 'x' },
    Grants: [{ Grantee: { Type: 'CanonicalUser', ID: 'owner', DisplayName: 'x' }, Permission: 'FULL_CONTROL' }],
  }),
  GetBucketOwnershipControls: () => ({ OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } }),
  GetPublicAccessBlock: throwing('NoSuchPublicAccessBlockConfiguration', 404),
  GetBucketPolicyStatus: () => ({ PolicyStatus: { IsPublic: true } }),
  GetBucketLogging: () => ({ LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: 'al/' } }),
  GetBucketVersioning: () => ({ Status: 'Enabled' }),
  GetBucketTagging: throwing('NoSuchTagSet', 404),
  GetBucketReplication: throwing('ReplicationConfigurationNotFoundError', 404),
  ListAccessPoints: () => ({ AccessPointList: [] }),
  GetBucketEncryption: () => ({
    ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
  }),
};
const describeBucket = (answers: Parameters<typeof awsDouble>[0], exportStart?: string) =>
  s3Observe(awsDouble(answers).clients).describeBucket({
    ...place,
    bucket: 'exports',
    ...(exportStart === undefined ? {} : { exportStart }),
  });

describe('describing a bucket', () => {
  it('reports what S3 says', async () => {
    expect(await describeBucket(own)).toEqual({
      bucket: 'exports',
      ownedByAccount: 'yes',
      region: 'eu-west-1',
      policy,
      acl: {
        ownerId: 'owner',
        grants: [{ grantee: { type: 'CanonicalUser', id: 'owner' }, permission: 'FULL_CONTROL' }],
      },
      ownership: 'ObjectWriter',
      publicAccessBlock: null,
      public: 'yes',
      logging: { bucket: 'logs', prefix: 'al/' },
      versioning: true,
      replication: null,
      accessPoints: [],
      encryption: { algorithm: 'AES256' },
      gaps: [],
    });
  });

  it('names the key that it encrypts with by default, and knows no encryption from none that may be read', async () => {
    const key = 'arn:aws:kms:eu-west-1:999999999999:key/k-1';
    const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key };
    const Rules = [{ ApplyServerSideEncryptionByDefault: byDefault }];
    const kms = { ...own, GetBucketEncryption: () => ({ ServerSideEncryptionConfiguration: { Rules } }) };
    expect((await describeBucket(kms)).encryption).toEqual({ algorithm: 'aws:kms', key });
    const absent = throwing('ServerSideEncryptionConfigurationNotFoundError', 404);
    expect(await describeBucket({ ...own, GetBucketEncryption: absent })).toMatchObject({ encryption: null, gaps: [] });
    const refused = await describeBucket({ ...own, GetBucketEncryption: throwing('AccessDenied', 403) });
    expect(refused).not.toHaveProperty('encryption');
    expect(refused.gaps).toMatchObject([{ what: 'bucket encryption' }]);
  });

  it('finds out whose a foreign bucket is: one of ours lists it, or S3 confirms a partner', async () => {
    const [ours, partner] = ['222222222222', '555555555555'];
    const foreign = (owner: string, listed: string[]) => {
      let lists = 0;
      return {
        ...own,
        HeadBucket: ({ ExpectedBucketOwner }: Record<string, unknown>) => {
          if (ExpectedBucketOwner !== owner) throw anAwsError('Forbidden', 403);
          return {};
        },
        // The incident's own account first, which has no such bucket.
        ListBuckets: () => ({ Buckets: lists++ === 0 ? [] : listed.map((Name) => ({ Name })) }),
      };
    };
    const owner = async (answers: Parameters<typeof awsDouble>[0]) => {
      const known = { ourAccounts: [place.accountId, ours], partnerAccounts: ['444444444444', partner] };
      return s3Observe(awsDouble(answers).clients).describeBucket({ ...place, bucket: 'exports', ...known });
    };
    expect(await owner(foreign(ours, ['exports']))).toMatchObject({ ownedByAccount: 'no', owner: ours });
    expect(await owner(foreign(partner, []))).toMatchObject({ ownedByAccount: 'no', owner: partner });
    const stranger = await owner(foreign('999999999999', []));
    expect(stranger.ownedByAccount).toBe('no');
    expect(stranger).not.toHaveProperty('owner');
  });

  it('finds out whose the destinations of replication are, by the lists of our accounts', async () => {
    const Rules = [
      { ID: 'ours', Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::backup' } },
      { ID: 'theirs', Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::theirs', Account: '333333333333' } },
    ];
    const replicating = {
      ...own,
      GetBucketReplication: () => ({ ReplicationConfiguration: { Role: 'r', Rules } }),
      ListBuckets: ({ Prefix }: Record<string, unknown>) => ({
        Buckets: Prefix === 'backup' ? [{ Name: 'backup' }] : [{ Name: 'theirs-not' }],
      }),
    };
    expect((await describeBucket(replicating)).replication).toEqual({
      configuration: { Role: 'r', Rules },
      destinations: [
        { bucket: 'backup', ours: 'yes', account: place.accountId },
        { bucket: 'theirs', ours: 'no' },
      ],
    });
    const refusing = { ...replicating, ListBuckets: throwing('AccessDenied', 403) };
    expect((await describeBucket(refusing)).replication?.destinations).toMatchObject([
      { bucket: 'backup', ours: 'unknown', why: expect.stringContaining('AwsAccessDenied') as string },
      { bucket: 'theirs', ours: 'unknown' },
    ]);
  });

  it('reads the policy of each access point, and makes a gap of one that is refused', async () => {
    const arn = (name: string) => `arn:aws:s3:eu-west-1:${place.accountId}:accesspoint/${name}`;
    const point = (Name: string) => ({ Name, AccessPointArn: arn(Name), Bucket: 'exports' });
    const withPoints = {
      ...own,
      ListAccessPoints: ({ NextToken }: Record<string, unknown>) =>
        NextToken === undefined
          ? { AccessPointList: [point('one')], NextToken: 'more' }
          : { AccessPointList: [{ ...point('two'), VpcConfiguration: { VpcId: 'vpc-1' } }, point('three')] },
      GetAccessPointPolicy: ({ Name }: Record<string, unknown>) => {
        if (Name === 'one') return { Policy: JSON.stringify(policy) };
        throw Name === 'two' ? anAwsError('NoSuchAccessPointPolicy', 404) : anAwsError('AccessDenied', 403);
      },
      GetAccessPointPolicyStatus: ({ Name }: Record<string, unknown>) => {
        if (Name === 'one') return { PolicyStatus: { IsPublic: true } };
        throw Name === 'two' ? anAwsError('NoSuchAccessPointPolicy', 404) : anAwsError('AccessDenied', 403);
      },
    };
    const { accessPoints, gaps } = await describeBucket(withPoints);
    expect(accessPoints).toEqual([
      { name: 'one', arn: arn('one'), policy, public: 'yes' },
      { name: 'two', arn: arn('two'), vpcId: 'vpc-1', policy: null, public: 'no' },
      { name: 'three', arn: arn('three'), public: 'unknown' },
    ]);
    expect(gaps.map(({ what }) => what)).toEqual([
      'policy of access point three',
      'policy status of access point three',
    ]);
    const none = await describeBucket({ ...own, ListAccessPoints: throwing('AccessDenied', 403) });
    expect(none).not.toHaveProperty('accessPoints');
    expect(none.gaps).toMatchObject([{ what: 'access points' }]);
  });

  it('makes a gap of replication that may not be read, and does not say that there is none', async () => {
    const facts = await describeBucket({ ...own, GetBucketReplication: throwing('AccessDenied', 403) });
    expect(facts).not.toHaveProperty('replication');
    expect(facts.gaps).toMatchObject([{ what: 'bucket replication' }]);
  });

  it.each([
    ['nothing else', ['vms/export-i-1.ova', 'vmimportexport_write_verification'], false, 'yes'],
    ['nothing at all', [], false, 'yes'],
    ['another object', ['vms/export-i-1.ova', 'vms/export-i-2.ova'], false, 'no'],
    ['more than one page of it', ['vms/export-i-1.ova'], true, 'unknown'],
    ['another object on the first of more pages', ['a', 'vms/export-i-1.ova'], true, 'no'],
  ])('sees whether it holds the export and %s', async (_what, keys, IsTruncated, onlyExport) => {
    const listed = { ...own, ListObjectsV2: () => ({ Contents: keys.map((Key) => ({ Key })), IsTruncated }) };
    expect((await describeBucket(listed, 'vms/export-i-1')).onlyExport).toBe(onlyExport);
  });

  it('does not know what it holds when it may not list it', async () => {
    expect(await describeBucket(own, 'vms/export-i-1')).toMatchObject({
      onlyExport: 'unknown',
      gaps: [{ what: 'bucket contents' }],
    });
  });

  it('knows that there is no policy and no ownership rule, which is no gap', async () => {
    const facts = await describeBucket({
      ...own,
      GetBucketPolicy: throwing('NoSuchBucketPolicy', 404),
      GetBucketPolicyStatus: throwing('NoSuchBucketPolicy', 404),
      GetBucketOwnershipControls: throwing('OwnershipControlsNotFoundError', 404),
      GetBucketLogging: () => ({}),
    });
    expect(facts).toMatchObject({ policy: null, ownership: null, public: 'no', logging: null, gaps: [] });
  });

  it('makes a gap of each part that is refused, and does not call it private', async () => {
    const facts = await describeBucket({
      ...own,
      GetBucketPolicy: throwing('AccessDenied', 403),
      GetBucketPolicyStatus: throwing('AccessDenied', 403),
      GetBucketLogging: throwing('AccessDenied', 403),
    });
    expect(facts).toMatchObject({ policy: null, public: 'unknown', logging: null });
    expect(facts.gaps.map(({ what }) => what).sort()).toEqual([
      'bucket logging',
      'bucket policy',
      'bucket policy status',
    ]);
  });

  it('is not public where the block cancels policy and grants', async () => {
    const publicGrant = {
      Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' },
      Permission: 'READ',
    };
    const open = { ...own, GetBucketAcl: () => ({ Owner: { ID: 'o' }, Grants: [publicGrant] }) };
    const block = { RestrictPublicBuckets: true, IgnorePublicAcls: true };
    const blocked = { ...open, GetPublicAccessBlock: () => ({ PublicAccessBlockConfiguration: block }) };
    expect((await describeBucket(open)).public).toBe('yes');
    expect((await describeBucket(blocked)).public).toBe('no');
  });

  it("tells a stranger's bucket from one that it may not read", async () => {
    const refused = { ...own, HeadBucket: throwing('403', 403) };
    const stranger = await describeBucket({ ...refused, ListBuckets: () => ({ Buckets: [{ Name: 'exports-2' }] }) });
    expect(stranger.ownedByAccount).toBe('no');
    const unreadable = await describeBucket({ ...refused, ListBuckets: () => ({ Buckets: [{ Name: 'exports' }] }) });
    expect(unreadable.ownedByAccount).toBe('yes');
    const unknown = await describeBucket({ ...refused, ListBuckets: throwing('AccessDenied', 403) });
    expect(unknown).toMatchObject({ ownedByAccount: 'unknown', gaps: [{ what: 'bucket owner' }] });
  });

  it('says that the bucket is gone, instead of that it has no policy', async () => {
    const facts = await describeBucket({ HeadBucket: throwing('404', 404) });
    expect(facts).toMatchObject({ ownedByAccount: 'unknown', public: 'unknown', gaps: [{ what: 'bucket' }] });
  });

  it('fails when S3 is only busy', async () => {
    await expect(describeBucket({ ...own, GetBucketAcl: throwing('SlowDown', 503) })).rejects.toMatchObject({
      type: 'AwsThrottled',
    });
  });
});

describe('reading access logs', () => {
  const line = (time: string, key: string, operation = 'REST.GET.OBJECT') =>
    `own exports [${time}] 192.0.2.3 arn:x REQ ${operation} ${key} "GET /${key} HTTP/1.1" 200 - 10 10 1 1 "-" "a" -`;
  const logs: Record<string, string> = {
    'al/2026-02-06-01': [line('06/Feb/2026:00:30:00 +0000', 'vms/e.ova'), 'what is this', ''].join('\n'),
    'al/2026-02-06-02': [
      line('05/Feb/2026:23:59:59 +0000', 'vms/e.ova'),
      line('06/Feb/2026:01:30:00 +0000', 'vms/other.ova'),
      line('06/Feb/2026:01:31:00 +0000', 'vms/e.ova', 'REST.HEAD.OBJECT'),
    ].join('\n'),
  };
  const input = {
    ...place,
    bucket: 'exports',
    key: 'vms/e.ova',
    logging: { bucket: 'logs', prefix: 'al/' },
    since: '2026-02-06T00:00:00.000Z',
  };
  const listed: unknown[] = [];
  let oldest: (request: Record<string, unknown>) => object[] = () => [];
  const answers = {
    ListObjectsV2: (request: Record<string, unknown>) => {
      if (request.MaxKeys === 1) return { Contents: oldest(request) };
      listed.push(request.StartAfter);
      return { Contents: request.Prefix === 'al/' ? Object.keys(logs).map((Key) => ({ Key })) : [] };
    },
    GetObject: ({ Key }: Record<string, unknown>) => ({
      Body: Readable.from([Buffer.from(logs[Key as string] ?? '')]),
    }),
  };
  const observe = (over: Parameters<typeof awsDouble>[0] = {}, budget?: { objects: number; reads: number }) =>
    s3Observe(awsDouble({ ...answers, ...over }).clients, budget).readAccessLogs(input);

  it('finds the reads of this object since the export, and counts what it could not read', async () => {
    expect(await observe()).toMatchObject({
      logging: true,
      logObjects: 2,
      lines: 5,
      unreadable: 1,
      loggedUntil: '2026-02-06T01:31:00.000Z',
      reads: [{ time: '2026-02-06T00:30:00.000Z', key: 'vms/e.ova', status: 200, bytes: 10 }],
      gaps: [],
    });
    expect(listed).toEqual(['al/2026-02-06', 'al/111111111111/eu-west-1/exports/2026/02/06']);
  });

  it('reads what lies among the logs and is none of S3 neither whole into memory nor to its end', async () => {
    const megabyte = Buffer.alloc(1_000_000, 'x');
    let sent = 0;
    const endless = function* () {
      for (; sent < 1_000; sent++) yield megabyte;
    };
    const GetObject = ({ Key }: Record<string, unknown>) => ({
      Body: Readable.from(Key === 'al/2026-02-06-02' ? endless() : [Buffer.from(logs[Key as string] ?? '')]),
    });
    expect(await observe({ GetObject })).toMatchObject({
      logObjects: 2,
      reads: [{ time: '2026-02-06T00:30:00.000Z' }],
      gaps: [{ what: 'access log al/2026-02-06-02', why: expect.stringContaining('more than 64 MB') as string }],
    });
    expect(sent).toBeLessThan(100);
  });

  it('counts a line that is longer than any of S3 as one that it cannot read, and reads the next', async () => {
    const [first = ''] = Object.values(logs);
    const long = Buffer.from(`${'x'.repeat(200_000)}\n${first}`);
    const parts = [long.subarray(0, 90_000), long.subarray(90_000, 180_000), long.subarray(180_000)];
    const GetObject = ({ Key }: Record<string, unknown>) => ({
      Body: Readable.from(Key === 'al/2026-02-06-01' ? parts : []),
    });
    expect(await observe({ GetObject })).toMatchObject({ lines: 3, unreadable: 2, reads: [{ key: 'vms/e.ova' }] });
  });

  it('says of when the oldest log is that is kept, in either layout', async () => {
    oldest = ({ StartAfter }) => {
      if (StartAfter === 'al/2') return [{ Key: 'al/2025-11-30-23-10-15-AAAA' }];
      return [{ Key: `${String(StartAfter)}025/10/02/2025-10-02-04-05-06-BBBB` }];
    };
    expect((await observe()).logsSince).toBe('2025-10-02T04:05:06Z');
    oldest = ({ StartAfter }) => (StartAfter === 'al/2' ? [{ Key: 'al/2-notes.txt' }] : []);
    expect(await observe()).not.toHaveProperty('logsSince');
  });

  it('says that logging is off, instead of that nobody read', async () => {
    const off = await s3Observe(awsDouble({}).clients).readAccessLogs({ ...input, logging: null });
    expect(off).toMatchObject({ logging: false, reads: [], logObjects: 0 });
  });

  it('makes a gap of a log bucket that it may not list, of a log object that is gone, and of an exhausted budget', async () => {
    expect((await observe({ ListObjectsV2: throwing('AccessDenied', 403) })).gaps).toMatchObject([
      { what: 'access logs' },
    ]);
    // Thousands may be refused for one reason: it is said once.
    expect((await observe({ GetObject: throwing('NoSuchKey', 404) })).gaps).toMatchObject([
      {
        what: '2 of 2 access logs',
        why: expect.stringMatching(/^they were not read, the first: AwsNotFound/) as string,
      },
    ]);
    const little = await observe({}, { objects: 1, reads: 10 });
    expect(little).toMatchObject({ logObjects: 1, gaps: [{ what: 'access logs' }] });
  });
});

describe('describing the exported object', () => {
  const describeObject = (answers: Parameters<typeof awsDouble>[0]) =>
    s3Observe(awsDouble(answers).clients).describeExportObject({ ...place, bucket: 'exports', key: 'vms/e.ova' });

  it('is null while there is none', async () => {
    expect(await describeObject({ HeadObject: throwing('NotFound', 404) })).toBeNull();
  });

  it('reports size, tag and version', async () => {
    const LastModified = new Date('2026-02-06T00:00:00Z');
    const HeadObject = () => ({ ContentLength: 7, ETag: '"e"', VersionId: 'v1', LastModified });
    expect(await describeObject({ HeadObject })).toMatchObject({ size: 7, etag: '"e"', versionId: 'v1' });
  });
});
