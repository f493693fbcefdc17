import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateTrailCommand } from '@aws-sdk/client-cloudtrail';
import { AddUserToGroupCommand, AttachUserPolicyCommand, CreatePolicyCommand } from '@aws-sdk/client-iam';
import { PutBucketLoggingCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { awsClients } from '../../activities/aws/clients.ts';
import { containActivities } from '../../activities/contain.ts';
import { observeActivities, type ObserveActivities } from '../../activities/observe.ts';
import { allow, policyText } from '../../src/lab/account.ts';
import { labClients } from './support/scene.ts';
import { region } from '../../src/lab/clients.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import { actBase, named, sharedWorld } from './activities-world.ts';
import { anInstance } from './support/exports.ts';

const world = sharedWorld();
let observe: ObserveActivities;
beforeEach(async () => {
  observe = observeActivities(world().observing);
  await world().lab.control.clearFaults();
});

const victim = () => world().foundation.victim;
const place = () => ({ accountId: victim().id, region });

describe('credentials that have expired', () => {
  const [assume, call] = ['AssumeRole', 'DescribeInstances'];
  it.each([
    [
      'of the worker itself, when it assumes its role',
      { service: 'sts', operation: assume, code: 'ExpiredToken', times: 2 },
    ],
    ['of the session, when it calls', { service: 'ec2', operation: call, code: 'RequestExpired', times: 2 }],
  ])('%s, are waited for: the attempt after they are renewed succeeds', async (_, fault) => {
    const instanceId = await anInstance(world());
    await world().lab.control.fault({ ...fault, kind: 'error', status: 400 });
    // A worker that has just been started, so that nothing is remembered of a valid session.
    const activities = observeActivities(world().clients('observe'));
    for (let attempt = 1; attempt <= 2; attempt++) {
      await expect(activities.describeInstance({ ...place(), instanceId })).rejects.toMatchObject({
        type: 'AwsUnavailable',
        nonRetryable: false,
        message: expect.stringMatching(new RegExp(`${fault.code}.*credentials of this worker`)) as string,
      });
    }
    await expect(activities.describeInstance({ ...place(), instanceId })).resolves.toMatchObject({ instanceId });
  });
});

describe('a principal', () => {
  it('is described with its keys and every policy that applies, under the role that may only read', async () => {
    const group = await victim().group(named('ops'), 'group-policy', allow('ec2:*'));
    const user = await victim().user(named('mallory'), { policy: [allow('s3:*')] });
    const { iam } = victim().admin;
    await iam.send(new AddUserToGroupCommand({ UserName: user.name, GroupName: group }));
    const create = { PolicyName: named('export'), PolicyDocument: policyText(allow('ec2:CreateInstanceExportTask')) };
    const { Policy } = await iam.send(new CreatePolicyCommand(create));
    await iam.send(new AttachUserPolicyCommand({ UserName: user.name, PolicyArn: Policy?.Arn }));

    const facts = await observe.describePrincipal({ ...place(), type: 'user', name: user.name });
    expect(facts).toMatchObject({
      name: user.name,
      arn: user.arn,
      accessKeys: [{ accessKeyId: user.credentials.accessKeyId, status: 'Active' }],
      inline: [{ name: 'own-permissions', document: { Statement: [{ Action: 's3:*' }] } }],
      attached: [{ arn: Policy?.Arn, awsManaged: false, attachmentCount: 1 }],
      groups: [{ name: group, inline: [{ document: { Statement: [{ Action: 'ec2:*' }] } }] }],
      gaps: [],
    });
  });

  it('that never was is not found', async () => {
    const nobody = observe.describePrincipal({ ...place(), type: 'role', name: 'nobody' });
    await expect(nobody).rejects.toMatchObject({ type: 'AwsNotFound' });
  });
});

describe('the trail', () => {
  it('tells what an access key did, in its Region and in that of the global events', async () => {
    const from = new Date(Date.now() - 60_000).toISOString();
    const user = await victim().user(named('mallory'), { policy: [allow(['ec2:DescribeInstances', 'sts:*'])] });
    await user.clients.ec2.send(new DescribeInstancesCommand({}));
    await victim().sessionToken(user);

    const attribute = { name: 'AccessKeyId' as const, value: user.credentials.accessKeyId };
    const to = new Date(Date.now() + 60_000).toISOString();
    const facts = await observe.lookupTrail({ ...place(), attribute, from, to, keep: 10 });
    expect(facts).toMatchObject({
      regions: [region, 'us-east-1'],
      truncated: false,
      countByName: { DescribeInstances: 1, GetSessionToken: 1 },
      gaps: [],
    });
    expect(facts.events.every(({ principalArn }) => principalArn === user.arn)).toBe(true);
  });
});

describe('what anybody in the account did', () => {
  it('is looked up by the names of calls, with what they changed and who called; buckets of trails are known', async () => {
    const { admin, id } = victim();
    const { lab } = world();
    const { cloudTrail } = labClients(lab, lab.root(id), region);
    const logs = named('trail-logs');
    await createBucket(admin.s3, logs);
    await cloudTrail.send(new CreateTrailCommand({ Name: named('trail'), S3BucketName: logs }));
    expect(await observe.trailBuckets(place())).toContain(logs);

    const detached = { Bucket: logs, BucketLoggingStatus: {} };
    await admin.s3.send(new PutBucketLoggingCommand(detached));
    const from = new Date(Date.now() - 60_000).toISOString();
    const to = new Date(Date.now() + 60_000).toISOString();
    const names = ['StopLogging', 'PutBucketLogging'];
    const { events, truncated } = await observe.lookupCalls({ ...place(), names, from, to, keep: 10 });
    const found = events.find(({ recording }) => recording?.bucket === logs);
    expect(found).toMatchObject({
      eventName: 'PutBucketLogging',
      principalArn: `arn:aws:iam::${id}:root`,
      recording: { effect: 'less' },
    });
    expect(truncated).toBe(false);
  });
});

describe('the observe role', () => {
  it('changes nothing: acts under it are refused', async () => {
    const acting = containActivities(world().observing, { protected: { principals: [], buckets: [] } });
    const user = await victim().user(named('mallory'));
    const key = { accessKeyId: user.credentials.accessKeyId, before: 'Active' as const, after: 'Inactive' as const };
    const base = actBase(world());
    const keys = { ...base, act: 'setAccessKeyStatus' as const, userName: user.name, keys: [key] };
    await expect(acting.setAccessKeyStatus(keys)).rejects.toMatchObject({ type: 'AwsAccessDenied' });
    const after = { eventPattern: '{"source":["aws.ec2"]}', description: 'd', targetArn: 'arn:aws:sns:::t' };
    const rule = { ...base, act: 'putEventRule' as const, ruleName: named('rule'), before: null, after };
    await expect(acting.putEventRule(rule)).rejects.toMatchObject({ type: 'AwsAccessDenied' });
  });

  it('is assumed only with the external id', async () => {
    const { foundation, lab } = world();
    const accounts = [{ id: victim().id, roles: foundation.roles.victim }];
    const connection = { endpoint: lab.endpoint, forcePathStyle: true, profile: 'soar-observe' };
    const stranger = observeActivities(awsClients({ ...connection, purpose: 'observe', accounts }));
    const denied = stranger.describeInstance({ ...place(), instanceId: await anInstance(world()) });
    await expect(denied).rejects.toMatchObject({ type: 'AwsAccessDenied' });
  });
});
