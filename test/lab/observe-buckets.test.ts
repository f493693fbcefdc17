import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketLoggingCommand,
  PutBucketMetricsConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketRequestPaymentCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { observeActivities, type ObserveActivities } from '../../activities/observe.ts';
import { recordingCalls } from '../../src/domain/findings/recorded-since.ts';
import { allow, policyText } from '../../src/lab/account.ts';
import { codeOf, region } from '../../src/lab/clients.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import { exportService } from '../../src/lab/stage.ts';
import { named, sharedWorld } from './activities-world.ts';
import { anExportBucket } from './support/exports.ts';

const world = sharedWorld();
let observe: ObserveActivities;
beforeEach(async () => {
  observe = observeActivities(world().observing);
  await world().lab.control.clearFaults();
});

const victim = () => world().foundation.victim;
const place = () => ({ accountId: victim().id, region });

describe('a bucket', () => {
  it('is described whole, without a gap, under the role that may only read', async () => {
    const bucket = await anExportBucket(world());
    const facts = await observe.describeBucket({ ...place(), bucket });
    expect(facts).toMatchObject({
      bucket,
      ownedByAccount: 'yes',
      region,
      policy: null,
      ownership: 'BucketOwnerPreferred',
      public: 'no',
      logging: null,
      versioning: false,
      encryption: { algorithm: 'AES256' },
      gaps: [],
    });
    const granted = facts.acl?.grants.filter(({ grantee }) => grantee.id === exportService);
    expect(granted?.map(({ permission }) => permission).sort()).toEqual(['READ_ACP', 'WRITE']);
  });

  it('is public where its policy lets anybody in and nothing blocks that', async () => {
    const bucket = await anExportBucket(world());
    const { s3 } = victim().admin;
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucket }));
    const anybody = { Effect: 'Allow' as const, Principal: '*' as const, Action: 's3:GetObject' };
    const Policy = policyText({ ...anybody, Resource: `arn:aws:s3:::${bucket}/*` });
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    expect(await observe.describeBucket({ ...place(), bucket })).toMatchObject({ public: 'yes', gaps: [] });
  });

  it("of a stranger is not the account's own, and what the stranger does not show is a gap", async () => {
    const bucket = named('theirs');
    await createBucket(world().foundation.outsider.admin.s3, bucket);
    const facts = await observe.describeBucket({ ...place(), bucket });
    expect(facts).toMatchObject({ ownedByAccount: 'no', policy: null, public: 'unknown' });
    expect(facts.gaps.map(({ what }) => what)).toContain('bucket policy');
  });

  it('of a partner is known as theirs where it lets us in, and of another of our accounts by its list', async () => {
    const { outsider, forensics, roles } = world().foundation;
    const known = { ourAccounts: [victim().id, forensics.id], partnerAccounts: ['999999999999', outsider.id] };
    const theirs = named('partners');
    await createBucket(outsider.admin.s3, theirs);
    const asked = () => observe.describeBucket({ ...place(), bucket: theirs, ...known });
    expect(await asked()).not.toHaveProperty('owner');
    const lets = { Effect: 'Allow' as const, Principal: { AWS: roles.victim.observe }, Action: 's3:ListBucket' };
    const Policy = policyText({ ...lets, Resource: `arn:aws:s3:::${theirs}` });
    await outsider.admin.s3.send(new PutBucketPolicyCommand({ Bucket: theirs, Policy }));
    expect(await asked()).toMatchObject({ ownedByAccount: 'no', owner: outsider.id });

    const ours = named('ours');
    await createBucket(forensics.admin.s3, ours);
    const facts = await observe.describeBucket({ ...place(), bucket: ours, ...known });
    expect(facts).toMatchObject({ ownedByAccount: 'no', owner: forensics.id });
  });

  it('that is gone says so', async () => {
    const facts = await observe.describeBucket({ ...place(), bucket: 'no-such-bucket-anywhere' });
    expect(facts).toMatchObject({ ownedByAccount: 'unknown', gaps: [{ what: 'bucket' }] });
  });
});

describe('access logs', () => {
  it('tell who read the export, and that a HEAD was none', async () => {
    const [bucket, logs] = [named('exports'), named('logs')];
    const { s3 } = victim().admin;
    await createBucket(s3, bucket);
    await createBucket(s3, logs);
    const delivery = {
      Effect: 'Allow' as const,
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
    };
    const Policy = policyText({ ...delivery, Resource: `arn:aws:s3:::${logs}/*` });
    await s3.send(new PutBucketPolicyCommand({ Bucket: logs, Policy }));
    const LoggingEnabled = { TargetBucket: logs, TargetPrefix: 'access/' };
    await s3.send(new PutBucketLoggingCommand({ Bucket: bucket, BucketLoggingStatus: { LoggingEnabled } }));

    const since = new Date(Date.now() - 60_000).toISOString();
    const object = { Bucket: bucket, Key: 'vms/a b+c.ova' };
    await s3.send(new PutObjectCommand({ ...object, Body: 'x'.repeat(1000) }));
    const eve = await victim().user(named('eve'), { policy: [allow('s3:GetObject')], sourceAddress: '203.0.113.9' });
    await eve.clients.s3.send(new HeadObjectCommand(object));
    await eve.clients.s3.send(new GetObjectCommand({ ...object, Range: 'bytes=0-399' }));
    await eve.clients.s3.send(new GetObjectCommand({ ...object, Range: 'bytes=400-999' }));
    await world().lab.control.deliverLogs();

    const { logging } = await observe.describeBucket({ ...place(), bucket });
    expect(logging).toEqual({ bucket: logs, prefix: 'access/' });
    const facts = await observe.readAccessLogs({ ...place(), bucket, key: object.Key, logging, since });
    expect(facts).toMatchObject({ logging: true, unreadable: 0, gaps: [] });
    expect(facts.reads).toMatchObject([
      { operation: 'REST.GET.OBJECT', requester: eve.arn, address: '203.0.113.9', status: 206, bytes: 1000 },
    ]);
    expect(Date.parse(facts.logsSince ?? '')).toBeGreaterThan(Date.parse(since));
    const window = { from: since, to: new Date().toISOString(), keep: 50 };
    const { events } = await observe.lookupCalls({ ...place(), names: recordingCalls, ...window });
    expect(events.map(({ recording }) => recording)).toContainEqual({
      ...{ effect: 'not less', what: 'switches access logging on', bucket },
    });
  });
});

describe('request metrics', () => {
  it('are counted where the bucket has them, for the export alone, and are none elsewhere', async () => {
    const bucket = await anExportBucket(world());
    const to = new Date().toISOString();
    const question = { ...place(), bucket, key: 'vms/a.ova', from: new Date(Date.now() - 3_600_000).toISOString(), to };
    expect(await observe.readRequestMetrics(question)).toMatchObject({ filters: [], gaps: [] });

    const { s3, cloudWatch } = victim().admin;
    for (const [Id, Prefix] of [
      ['vms', 'vms/'],
      ['other', 'other/'],
    ] as const) {
      const MetricsConfiguration = { Id, Filter: { Prefix } };
      await s3.send(new PutBucketMetricsConfigurationCommand({ Bucket: bucket, Id, MetricsConfiguration }));
    }
    const Timestamp = new Date(Date.now() - 1_200_000);
    const counted = (FilterId: string, MetricName: string, Value: number) => ({
      ...{ MetricName, Value, Timestamp },
      Dimensions: [
        { Name: 'BucketName', Value: bucket },
        { Name: 'FilterId', Value: FilterId },
      ],
    });
    const MetricData = [
      counted('vms', 'GetRequests', 3),
      counted('vms', 'BytesDownloaded', 3024),
      counted('other', 'BytesDownloaded', 7),
    ];
    await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'AWS/S3', MetricData }));
    expect(await observe.readRequestMetrics(question)).toMatchObject({
      filters: [{ id: 'vms', prefix: 'vms/', requests: 3, bytes: 3024 }],
    });
  });
});

describe('a bucket of another account whose requesters pay', () => {
  it('is read, where who does not offer to pay is refused', async () => {
    const { outsider, roles } = world().foundation;
    const { s3 } = outsider.admin;
    const bucket = named('paid');
    const Key = 'access/2026-01-01-00-00-00-AAAA';
    await createBucket(s3, bucket);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'no line of a log' }));
    const eve = await victim().user(named('eve'), { policy: [allow('s3:*')] });
    const lets = { Effect: 'Allow' as const, Principal: { AWS: [roles.victim.observe, eve.arn] } };
    const Resource = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
    const Policy = policyText({ ...lets, Action: ['s3:GetObject', 's3:ListBucket'], Resource });
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    const RequestPaymentConfiguration = { Payer: 'Requester' as const };
    await s3.send(new PutBucketRequestPaymentCommand({ Bucket: bucket, RequestPaymentConfiguration }));
    const read = (payer: { RequestPayer?: 'requester' }) =>
      eve.clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key, ...payer })).then(() => 'read', codeOf);
    expect([await read({}), await read({ RequestPayer: 'requester' })]).toEqual(['AccessDenied', 'read']);

    const object = { ...place(), bucket, key: Key };
    expect(await observe.describeExportObject(object)).toMatchObject({ size: 16 });
    const logging = { bucket, prefix: 'access/' };
    const since = '2026-01-01T00:00:00Z';
    const facts = await observe.readAccessLogs({ ...object, logging, since });
    expect(facts).toMatchObject({ logObjects: 1, unreadable: 1, gaps: [] });
  });
});
