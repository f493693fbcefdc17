import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateUserCommand, GetUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startAwsLab, VICTIM, type AwsLab } from '../../src/lab/aws/aws-lab.ts';
import { allow, createUser, labClients } from './support/scene.ts';
import { codeOf } from '../../src/lab/clients.ts';

let lab: AwsLab;
beforeAll(async () => {
  lab = await startAwsLab();
});
afterAll(() => lab.stop());
beforeEach(() => lab.control.reset());

const codeFrom = (call: Promise<unknown>): Promise<string> => call.then(() => 'worked', codeOf);

/** Root clients with the SDK's retries, unless told otherwise. */
const config = (maxAttempts = 3) => ({
  endpoint: lab.endpoint,
  region: 'us-east-1',
  credentials: lab.root(VICTIM),
  maxAttempts,
});
const attempts = (reply: { $metadata: { attempts?: number | undefined } }) => reply.$metadata.attempts;

describe('a fault', () => {
  it('throttles so many calls, in the words of each service, and the SDK gets through', async () => {
    await lab.control.fault({ service: 'ec2', kind: 'throttle', times: 2 }, { service: 's3', kind: 'throttle' });
    await lab.control.fault({ service: 'iam', kind: 'throttle' }, { service: 'cloudtrail', kind: 'throttle' });
    expect(attempts(await new EC2Client(config()).send(new DescribeInstancesCommand({})))).toBe(3);
    expect(attempts(await new S3Client(config()).send(new ListBucketsCommand({})))).toBe(2);
    expect(attempts(await new IAMClient(config()).send(new ListUsersCommand({})))).toBe(2);
    expect(attempts(await new CloudTrailClient(config()).send(new LookupEventsCommand({})))).toBe(2);
    expect(await lab.control.trail({ eventName: 'DescribeInstances' })).toMatchObject([
      { errorCode: 'Client.RequestLimitExceeded' },
      { errorCode: 'Client.RequestLimitExceeded' },
      { eventName: 'DescribeInstances' },
    ]);
  });

  it('answers an error, delays, or breaks the connection before the call is applied', async () => {
    const iam = new IAMClient(config(1));
    await lab.control.fault({ operation: 'ListUsers', kind: 'error', status: 503 });
    await expect(iam.send(new ListUsersCommand({}))).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });

    await lab.control.fault({ operation: 'ListUsers', kind: 'latency', ms: 300 });
    const started = performance.now();
    await iam.send(new ListUsersCommand({}));
    expect(performance.now() - started).toBeGreaterThan(295);

    await lab.control.fault({ operation: 'CreateUser', kind: 'reset' });
    await expect(iam.send(new CreateUserCommand({ UserName: 'ann' }))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await iam.send(new ListUsersCommand({}))).Users).toEqual([]);
  });

  it('can break the connection after the call was applied', async () => {
    const iam = new IAMClient(config(1));
    await lab.control.fault({ operation: 'CreateUser', kind: 'resetAfter' });
    await expect(iam.send(new CreateUserCommand({ UserName: 'ann' }))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await iam.send(new GetUserCommand({ UserName: 'ann' }))).User!.UserName).toBe('ann');
  });

  it('can be for one target only', async () => {
    const iam = new IAMClient(config(1));
    await lab.control.fault({ operation: 'CreateUser', kind: 'throttle', names: 'ann' });
    await iam.send(new CreateUserCommand({ UserName: 'bob' }));
    await expect(iam.send(new CreateUserCommand({ UserName: 'ann' }))).rejects.toMatchObject({ name: 'Throttling' });
    expect(await lab.control.firedFaults()).toMatchObject([{ operation: 'CreateUser', names: 'ann' }]);
  });

  it('can let reads show the state before a change for a while, and only reads of the same thing', async () => {
    const iam = new IAMClient(config(1));
    const ann = () => codeFrom(iam.send(new GetUserCommand({ UserName: 'ann' })));
    await lab.control.fault({ service: 'iam', operation: 'CreateUser', kind: 'stale', names: 'ann', ms: 500 });
    expect(await ann()).toBe('NoSuchEntityException');
    await iam.send(new CreateUserCommand({ UserName: 'ann' }));
    const created = performance.now();
    expect(await ann()).toBe('NoSuchEntityException');
    expect((await iam.send(new ListUsersCommand({}))).Users).toHaveLength(1);
    expect((await lab.control.firedFaults()).map(({ kind, operation }) => `${kind} ${operation}`)).toEqual([
      'stale CreateUser',
      'stale GetUser',
    ]);
    await expect.poll(ann).toBe('worked');
    expect(performance.now() - created).toBeGreaterThan(450);
  });

  it('can be read back', async () => {
    await lab.control.fault({ service: 'ec2', operation: 'DescribeInstances', kind: 'throttle' });
    await new EC2Client(config()).send(new DescribeInstancesCommand({}));
    expect(await lab.control.firedFaults()).toMatchObject([
      { service: 'ec2', operation: 'DescribeInstances', kind: 'throttle', principalArn: `arn:aws:iam::${VICTIM}:root` },
    ]);
    await lab.control.clearFaults();
    expect(await lab.control.firedFaults()).toEqual([]);
  });

  it('can throttle every operation once, for one principal only', async () => {
    const ann = await createUser(lab, VICTIM, 'ann', allow('ec2:*', 's3:*'));
    await lab.control.throttleEachOperationOnce({ principalArn: `arn:aws:iam::${VICTIM}:user/*` });
    const user = { ...config(), credentials: ann };
    const s3 = new S3Client(user);
    expect(attempts(await new EC2Client(user).send(new DescribeInstancesCommand({})))).toBe(2);
    expect(attempts(await s3.send(new CreateBucketCommand({ Bucket: 'first' })))).toBe(2);
    expect(attempts(await s3.send(new CreateBucketCommand({ Bucket: 'second' })))).toBe(1);
    expect(attempts(await new EC2Client(config()).send(new DescribeInstancesCommand({})))).toBe(1);
    expect((await lab.control.firedFaults()).map(({ operation }) => operation)).toEqual([
      'DescribeInstances',
      'CreateBucket',
    ]);
  });
});

describe('a barrier', () => {
  const users = async () => (await labClients(lab, lab.root(VICTIM)).iam.send(new ListUsersCommand({}))).Users!.length;

  it('holds a call before it is applied', async () => {
    const barrier = await lab.control.barrier({ service: 'iam', operation: 'CreateUser', when: 'before' });
    const call = new IAMClient(config()).send(new CreateUserCommand({ UserName: 'ann' }));
    await barrier.reached();
    expect(await users()).toBe(0);
    await barrier.release();
    await call;
    expect(await users()).toBe(1);
  });

  it('holds a call after it was applied, before the caller hears of it', async () => {
    const barrier = await lab.control.barrier({ operation: 'CreateUser', when: 'after' });
    let heard = false;
    const call = new IAMClient(config()).send(new CreateUserCommand({ UserName: 'ann' })).then(() => (heard = true));
    await barrier.reached();
    expect(await users()).toBe(1);
    expect(heard).toBe(false);
    await barrier.release();
    await call;
  });

  it('is for the principal that it names, and for one call', async () => {
    const ann = await createUser(lab, VICTIM, 'ann', allow('ec2:*'));
    const principalArn = `arn:aws:iam::${VICTIM}:user/ann`;
    const barrier = await lab.control.barrier({ operation: 'DescribeInstances', when: 'before', principalArn });
    await new EC2Client(config()).send(new DescribeInstancesCommand({}));
    const held = labClients(lab, ann).ec2.send(new DescribeInstancesCommand({}));
    await barrier.reached();
    await barrier.release();
    await held;
    await labClients(lab, ann).ec2.send(new DescribeInstancesCommand({}));
  });

  it('lets go when its client disconnects', async () => {
    const barrier = await lab.control.barrier({ operation: 'CreateUser', when: 'before' });
    const killed = new AbortController();
    const call = new IAMClient(config(1)).send(new CreateUserCommand({ UserName: 'ann' }), {
      abortSignal: killed.signal,
    });
    await barrier.reached();
    killed.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    // The request had left its sender: like any network, the lab delivers it all the same.
    await expect.poll(users).toBe(1);
  });

  it('can lose the call of a client that disconnects', async () => {
    const rule = { operation: 'CreateUser', when: 'before', lose: true } as const;
    const killed = new AbortController();
    const lost = await lab.control.barrier(rule);
    const call = new IAMClient(config(1)).send(new CreateUserCommand({ UserName: 'ann' }), {
      abortSignal: killed.signal,
    });
    await lost.reached();
    killed.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });

    const kept = await lab.control.barrier(rule);
    const patient = new IAMClient(config(1)).send(new CreateUserCommand({ UserName: 'bob' }));
    await kept.reached();
    await kept.release();
    await patient;
    const { Users = [] } = await labClients(lab, lab.root(VICTIM)).iam.send(new ListUsersCommand({}));
    expect(Users.map(({ UserName }) => UserName)).toEqual(['bob']);
  });
});
