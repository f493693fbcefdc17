import {
  CloudTrailClient,
  CreateTrailCommand,
  LookupEventsCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { CreateInstanceExportTaskCommand, DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateRoleCommand,
  GetAccessKeyLastUsedCommand,
  PutRolePolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketLoggingCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FORENSICS, OUTSIDER, startAwsLab, VICTIM, withSourceAddress, type AwsLab } from '../../src/lab/aws/aws-lab.ts';
import { allow, createUser, exportBucket, labClients, policy, runInstance, type Credentials } from './support/scene.ts';

let lab: AwsLab;
beforeAll(async () => {
  lab = await startAwsLab({ exportMs: 60_000, trailFileMs: 60_000, logFlushMs: 60_000 });
});
afterAll(() => lab.stop());
beforeEach(() => lab.control.reset());

const root = (account = VICTIM) => labClients(lab, lab.root(account));
const lookup = async (input: LookupEventsCommandInput, region = 'us-east-1') => {
  const { cloudTrail } = labClients(lab, lab.root(VICTIM), region);
  const { Events = [] } = await cloudTrail.send(new LookupEventsCommand(input));
  return Events.map((event) => ({ ...event, record: JSON.parse(event.CloudTrailEvent!) as Record<string, unknown> }));
};
const by = (
  AttributeKey: 'EventName' | 'Username' | 'AccessKeyId' | 'ResourceName' | 'ResourceType' | 'ReadOnly' | 'EventSource',
  AttributeValue: string,
) => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
});
const exportRequest = (instance: string) => ({
  InstanceId: instance,
  TargetEnvironment: 'vmware' as const,
  ExportToS3Task: {
    ContainerFormat: 'ova' as const,
    DiskImageFormat: 'VMDK' as const,
    S3Bucket: 'exports',
    S3Prefix: 'vms/',
  },
});

describe('the trail', () => {
  it('records an export as AWS does, whether it succeeds or is refused', async () => {
    await exportBucket(lab, VICTIM, 'exports');
    const instance = await runInstance(lab, VICTIM, 'payroll');
    const mallory = await createUser(lab, VICTIM, 'mallory', allow('ec2:*'));
    const reader = await createUser(lab, VICTIM, 'reader', allow('ec2:Describe*'));
    const ec2 = withSourceAddress(labClients(lab, mallory).ec2, '203.0.113.7');
    const { ExportTask } = await ec2.send(new CreateInstanceExportTaskCommand(exportRequest(instance)));
    await labClients(lab, reader)
      .ec2.send(new CreateInstanceExportTaskCommand(exportRequest(instance)))
      .catch(() => undefined);

    const [refused, done] = await lookup(by('EventName', 'CreateInstanceExportTask'));
    const requestParameters = {
      instanceId: instance,
      targetEnvironment: 'vmware',
      exportToS3: { s3Bucket: 'exports', s3Prefix: 'vms/', diskImageFormat: 'VMDK', containerFormat: 'ova' },
    };
    expect(done!.record).toMatchObject({
      eventSource: 'ec2.amazonaws.com',
      awsRegion: 'us-east-1',
      sourceIPAddress: '203.0.113.7',
      userAgent: expect.stringContaining('aws-sdk-js') as string,
      userIdentity: {
        type: 'IAMUser',
        principalId: expect.stringMatching(/^AIDA/) as string,
        arn: `arn:aws:iam::${VICTIM}:user/mallory`,
        accountId: VICTIM,
        accessKeyId: mallory.accessKeyId,
        userName: 'mallory',
      },
      requestParameters,
      responseElements: {
        exportTask: {
          exportTaskId: ExportTask!.ExportTaskId,
          state: 'active',
          instanceExport: { instanceId: instance, targetEnvironment: 'vmware' },
          exportToS3: { s3Bucket: 'exports', s3Key: `vms/${ExportTask!.ExportTaskId!}.ova` },
        },
      },
      recipientAccountId: VICTIM,
      managementEvent: true,
      readOnly: false,
    });
    expect(refused!.record).toMatchObject({
      errorCode: 'Client.UnauthorizedOperation',
      errorMessage: expect.stringContaining('reader') as string,
      requestParameters,
      responseElements: null,
    });
  });

  it('is found by each attribute, newest first, in pages, within a time range', async () => {
    const mallory = await createUser(lab, VICTIM, 'mallory', allow('ec2:*'));
    const { ec2 } = labClients(lab, mallory);
    for (let n = 0; n < 3; n++) await ec2.send(new DescribeInstancesCommand({ MaxResults: 5 + n }));
    const calls = await lookup(by('AccessKeyId', mallory.accessKeyId));
    expect(calls.map(({ record }) => (record['requestParameters'] as { maxResults: string }).maxResults)).toEqual([
      '7',
      '6',
      '5',
    ]);
    for (const attribute of [by('Username', 'mallory'), by('EventName', 'DescribeInstances')]) {
      expect(await lookup(attribute)).toHaveLength(3);
    }
    expect(await lookup(by('ResourceName', 'mallory'))).toHaveLength(3);
    expect((await lookup(by('ResourceType', 'AWS::IAM::User'))).map(({ EventName }) => EventName)).toContain(
      'CreateUser',
    );
    expect(await lookup({ ...by('Username', 'mallory'), EndTime: new Date(Date.now() - 3_600_000) })).toEqual([]);

    const { cloudTrail } = root();
    const first = await cloudTrail.send(new LookupEventsCommand({ ...by('Username', 'mallory'), MaxResults: 2 }));
    expect(first.Events).toHaveLength(2);
    const input = { ...by('Username', 'mallory'), MaxResults: 2, NextToken: first.NextToken };
    const second = await cloudTrail.send(new LookupEventsCommand(input));
    expect(second.Events).toHaveLength(1);
    expect(second.NextToken).toBeUndefined();
  });

  it('keeps IAM and STS in us-east-1, and other services in their Region', async () => {
    const { iam, ec2 } = labClients(lab, lab.root(VICTIM), 'eu-west-1');
    await ec2.send(new DescribeInstancesCommand({}));
    await iam.send(
      new GetAccessKeyLastUsedCommand({ AccessKeyId: (await createUser(lab, VICTIM, 'mallory')).accessKeyId }),
    );
    expect(await lookup(by('EventName', 'DescribeInstances'))).toEqual([]);
    expect(await lookup(by('EventName', 'DescribeInstances'), 'eu-west-1')).toHaveLength(1);
    expect(await lookup(by('EventName', 'GetAccessKeyLastUsed'))).toHaveLength(1);
  });

  it('names role sessions, user sessions and root, and hides secrets', async () => {
    const trust = policy({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${VICTIM}:root` },
      Action: 'sts:AssumeRole',
    });
    await root().iam.send(new CreateRoleCommand({ RoleName: 'responder', AssumeRolePolicyDocument: trust }));
    await root().iam.send(
      new PutRolePolicyCommand({ RoleName: 'responder', PolicyName: 'p', PolicyDocument: policy(allow('ec2:*')) }),
    );
    const ann = await createUser(lab, VICTIM, 'ann', allow('sts:*', 'ec2:*'));
    const role = await labClients(lab, ann).sts.send(
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${VICTIM}:role/responder`, RoleSessionName: 'ann@example.com' }),
    );
    const session = await labClients(lab, ann).sts.send(new GetSessionTokenCommand({}));
    const ec2 = (issued: typeof role.Credentials) => {
      const {
        AccessKeyId: accessKeyId = '',
        SecretAccessKey: secretAccessKey = '',
        SessionToken: sessionToken = '',
      } = issued!;
      return labClients(lab, { accessKeyId, secretAccessKey, sessionToken }).ec2;
    };
    await ec2(role.Credentials).send(new DescribeInstancesCommand({}));
    await ec2(session.Credentials).send(new DescribeInstancesCommand({}));

    const [asRole] = await lookup(by('Username', 'ann@example.com'));
    expect(asRole!.record['userIdentity']).toMatchObject({
      type: 'AssumedRole',
      principalId: expect.stringMatching(/^AROA\w+:ann@example.com$/) as string,
      arn: `arn:aws:sts::${VICTIM}:assumed-role/responder/ann@example.com`,
      sessionContext: {
        sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${VICTIM}:role/responder`, userName: 'responder' },
      },
    });
    const [asSession] = await lookup(by('AccessKeyId', session.Credentials!.AccessKeyId!));
    expect(asSession!.record['userIdentity']).toMatchObject({
      type: 'IAMUser',
      userName: 'ann',
      accessKeyId: expect.stringMatching(/^ASIA/) as string,
      sessionContext: { attributes: { mfaAuthenticated: 'false' } },
    });
    const [created] = await lookup(by('EventName', 'CreateRole'));
    expect(created!.record['userIdentity']).toMatchObject({ type: 'Root', arn: `arn:aws:iam::${VICTIM}:root` });

    const everything = JSON.stringify(await lab.control.trail());
    for (const secret of [
      ann.secretAccessKey,
      session.Credentials!.SecretAccessKey!,
      role.Credentials!.SessionToken!,
    ]) {
      expect(everything).not.toContain(secret);
    }
    expect(everything).toContain(ann.accessKeyId);
  });

  it('can let time pass for the calls of one story, and keeps their order', async () => {
    const [old, recent] = [await createUser(lab, VICTIM, 'long-ago'), await createUser(lab, VICTIM, 'just-now')];
    await labClients(lab, old).sts.send(new GetSessionTokenCommand({}));
    await labClients(lab, recent).sts.send(new GetSessionTokenCommand({}));
    const hour = 3_600_000;
    await lab.control.timePasses(2 * hour, ['long-ago']);
    const anHourAgo = new Date(Date.now() - hour);
    const names = (events: { Username?: string | undefined }[]) => events.map(({ Username }) => Username);
    const sessions = by('EventName', 'GetSessionToken');
    expect(names(await lookup({ ...sessions }))).toEqual(['just-now', 'long-ago']);
    expect(names(await lookup({ ...sessions, StartTime: anHourAgo }))).toEqual(['just-now']);
    await lab.control.timePasses(2 * hour);
    expect(await lookup({ StartTime: anHourAgo })).toEqual([]);
  });

  it('shows a call only after the configured lag', async () => {
    const late = await startAwsLab({ trailLagMs: 60_000 });
    try {
      const { ec2, cloudTrail } = labClients(late, late.root(VICTIM));
      await ec2.send(new DescribeInstancesCommand({}));
      expect((await cloudTrail.send(new LookupEventsCommand({}))).Events).toEqual([]);
      expect(await late.control.trail({ eventName: 'DescribeInstances' })).toHaveLength(1);
    } finally {
      await late.stop();
    }
  });

  it('can allow two lookups per second, as AWS does', async () => {
    const strict = await startAwsLab({ lookupEventsPerSecond: 2 });
    try {
      const cloudTrail = new CloudTrailClient({
        endpoint: strict.endpoint,
        region: 'us-east-1',
        credentials: strict.root(VICTIM),
        maxAttempts: 1,
      });
      const calls = [1, 2, 3].map(() => cloudTrail.send(new LookupEventsCommand({})));
      const failed = (await Promise.allSettled(calls)).filter((result) => result.status === 'rejected');
      expect(failed.map(({ reason }) => (reason as Error).name)).toEqual(['ThrottlingException']);
    } finally {
      await strict.stop();
    }
  });

  it('records refused keys as proof, but LookupEvents does not know them', async () => {
    const mallory = await createUser(lab, VICTIM, 'mallory', allow('ec2:*'));
    await root().iam.send(
      new UpdateAccessKeyCommand({ UserName: 'mallory', AccessKeyId: mallory.accessKeyId, Status: 'Inactive' }),
    );
    await labClients(lab, mallory)
      .ec2.send(new DescribeInstancesCommand({}))
      .catch(() => undefined);
    expect(await lab.control.trail({ accessKeyId: mallory.accessKeyId })).toMatchObject([
      { errorCode: 'Client.AuthFailure' },
    ]);
    expect(await lookup(by('AccessKeyId', mallory.accessKeyId))).toEqual([]);
  });
});

describe('trail files', () => {
  const records = async () => {
    await lab.control.deliverLogs();
    const { Contents = [] } = await root().s3.send(new ListObjectsV2Command({ Bucket: 'trail-bucket' }));
    const files = await Promise.all(
      Contents.map(async ({ Key }) => {
        const { Body } = await root().s3.send(new GetObjectCommand({ Bucket: 'trail-bucket', Key }));
        return JSON.parse(gunzipSync(await Body!.transformToByteArray()).toString()) as {
          Records: { eventName: string; eventCategory: string }[];
        };
      }),
    );
    return {
      keys: Contents.map(({ Key }) => Key),
      names: files.flatMap((file) => file.Records.map(({ eventName }) => eventName)),
    };
  };

  it('are gzip objects, written while the trail logs, with the data events that it selects', async () => {
    const { s3, cloudTrail, ec2 } = root();
    for (const Bucket of ['trail-bucket', 'watched', 'unwatched']) await s3.send(new CreateBucketCommand({ Bucket }));
    await cloudTrail.send(
      new CreateTrailCommand({
        Name: 'main',
        S3BucketName: 'trail-bucket',
        S3KeyPrefix: 'audit',
        IsMultiRegionTrail: true,
      }),
    );
    const selector = {
      IncludeManagementEvents: true,
      DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::watched/'] }],
    };
    await cloudTrail.send(new PutEventSelectorsCommand({ TrailName: 'main', EventSelectors: [selector] }));
    await ec2.send(new DescribeInstancesCommand({}));
    expect((await records()).keys).toEqual([]);

    await cloudTrail.send(new StartLoggingCommand({ Name: 'main' }));
    await ec2.send(new DescribeInstancesCommand({}));
    await s3.send(new PutObjectCommand({ Bucket: 'watched', Key: 'a', Body: 'a' }));
    await s3.send(new PutObjectCommand({ Bucket: 'unwatched', Key: 'a', Body: 'a' }));
    await cloudTrail.send(new StopLoggingCommand({ Name: 'main' }));
    await ec2.send(new DescribeInstancesCommand({}));
    const { keys, names } = await records();
    expect(names).toEqual(['DescribeInstances', 'PutObject', 'StopLogging']);
    expect(keys[0]).toMatch(
      new RegExp(
        `^audit/AWSLogs/${VICTIM}/CloudTrail/us-east-1/\\d{4}/\\d\\d/\\d\\d/${VICTIM}_CloudTrail_us-east-1_\\w+\\.json\\.gz$`,
      ),
    );
  });
});

describe('access from another account', () => {
  let outsider: Credentials;
  beforeEach(async () => {
    const { s3 } = root();
    await s3.send(new CreateBucketCommand({ Bucket: 'exports' }));
    await s3.send(new PutObjectCommand({ Bucket: 'exports', Key: 'vms/a b.ova', Body: 'image' }));
    const open = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${OUTSIDER}:root` },
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::exports/*',
    };
    await s3.send(new PutBucketPolicyCommand({ Bucket: 'exports', Policy: policy(open) }));
    outsider = await createUser(lab, OUTSIDER, 'thief', allow('s3:*'));
  });

  it('is recorded in both accounts, for the owner without the name', async () => {
    const since = Date.now();
    await labClients(lab, outsider).s3.send(new GetObjectCommand({ Bucket: 'exports', Key: 'vms/a b.ova' }));
    const ended = Date.now();
    const [owner] = await lab.control.trail({ eventName: 'GetObject', accountId: VICTIM });
    const [caller] = await lab.control.trail({ eventName: 'GetObject', accountId: OUTSIDER });
    expect(owner).toMatchObject({
      userIdentity: { type: 'AWSAccount', accountId: OUTSIDER, principalId: caller!.userIdentity.principalId },
      requestParameters: { bucketName: 'exports', key: 'vms/a b.ova' },
      additionalEventData: { bytesTransferredOut: 5 },
      managementEvent: false,
      eventCategory: 'Data',
      sharedEventID: caller!.sharedEventID,
      resources: [{ type: 'AWS::S3::Object' }, { type: 'AWS::S3::Bucket', accountId: VICTIM }],
    });
    expect(owner!.userIdentity.arn).toBeUndefined();
    expect(caller).toMatchObject({ userIdentity: { type: 'IAMUser', userName: 'thief' } });
    // Once, for whoever measures.
    const [call, ...others] = await lab.control.calls(since);
    expect(others).toEqual([]);
    expect(call!.record).toEqual(caller);
    expect(call!.begun + call!.ms).toBeLessThanOrEqual(ended);
    expect(call!.ms).toBeGreaterThan(0);
  });

  it('is written to the access logs of the bucket, late, refusals included', async () => {
    const { s3 } = root();
    await s3.send(new CreateBucketCommand({ Bucket: 'logs' }));
    const LoggingEnabled = { TargetBucket: 'logs', TargetPrefix: 'exports/' };
    const write = {
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::logs/*',
    };
    await s3.send(new PutBucketPolicyCommand({ Bucket: 'logs', Policy: policy(write) }));
    await s3.send(new PutBucketLoggingCommand({ Bucket: 'exports', BucketLoggingStatus: { LoggingEnabled } }));

    const thief = withSourceAddress(labClients(lab, outsider).s3, '198.51.100.9');
    await thief.send(new GetObjectCommand({ Bucket: 'exports', Key: 'vms/a b.ova', Range: 'bytes=0-2' }));
    await thief.send(new HeadObjectCommand({ Bucket: 'exports', Key: 'vms/a b.ova' }));
    await thief.send(new PutObjectCommand({ Bucket: 'exports', Key: 'x', Body: 'x' })).catch(() => undefined);
    await labClients(lab, lab.root(OUTSIDER)).s3.send(new CreateBucketCommand({ Bucket: 'loot' }));
    await thief.send(new CopyObjectCommand({ Bucket: 'loot', Key: 'a', CopySource: 'exports/vms/a%20b.ova' }));

    const list = () => s3.send(new ListObjectsV2Command({ Bucket: 'logs' }));
    expect((await list()).KeyCount).toBe(0);
    await lab.control.deliverLogs();
    const [file] = (await list()).Contents!;
    expect(file!.Key).toMatch(/^exports\/\d{4}(-\d\d){5}-[0-9A-F]{16}$/);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'logs', Key: file!.Key }));
    const lines = (await Body!.transformToString()).trim().split('\n');
    const arn = `arn:aws:iam::${OUTSIDER}:user/thief`;
    const line = (operation: string, rest: string) =>
      expect.stringMatching(
        new RegExp(
          `^[0-9a-f]{64} exports \\[\\d\\d/\\w{3}/\\d{4}(:\\d\\d){3} \\+0000\\] 198.51.100.9 ${arn} [0-9A-F]{16} ${operation} ${rest}`,
        ),
      ) as string;
    expect(lines.slice(1)).toEqual([
      line(
        'REST.GET.OBJECT',
        'vms/a%20b.ova "GET /exports/vms/a%20b.ova\\?x-id=GetObject HTTP/1.1" 206 - 3 5 \\d+ \\d+ "-" "aws-sdk-js',
      ),
      line('REST.HEAD.OBJECT', 'vms/a%20b.ova "HEAD [^"]+" 200 - - 5 '),
      line('REST.PUT.OBJECT', 'x "PUT [^"]+" 403 AccessDenied \\d+ - '),
      line('REST.COPY.OBJECT_GET', 'vms/a%20b.ova "PUT /loot/a[^"]*" 200 - '),
    ]);
  });
});

describe('GetAccessKeyLastUsed', () => {
  it('answers from the trail', async () => {
    const key = await createUser(lab, FORENSICS, 'ann', allow('ec2:*'));
    const { iam } = root(FORENSICS);
    const before = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key.accessKeyId }));
    expect(before.AccessKeyLastUsed?.ServiceName).toBe('N/A');
    await labClients(lab, key, 'eu-west-1').ec2.send(new DescribeInstancesCommand({}));
    const after = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key.accessKeyId }));
    expect(after).toMatchObject({ UserName: 'ann', AccessKeyLastUsed: { ServiceName: 'ec2', Region: 'eu-west-1' } });
    expect(after.AccessKeyLastUsed!.LastUsedDate!.getTime()).toBeGreaterThan(Date.now() - 60_000);
  });
});
