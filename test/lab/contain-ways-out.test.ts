import {
  CopyObjectCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateAccessPointCommand, PutAccessPointPolicyCommand } from '@aws-sdk/client-s3-control';
import { describe, expect, it } from 'vitest';
import { presigned } from '../../eval/presigned.ts';
import type { ActInput, SetAccessPointPolicy, SetBucketReplication } from '../../src/domain/acts/acts.ts';
import { closeAccessPoints } from '../../src/domain/plan/access-point-plan.ts';
import { containmentPlan } from '../../src/domain/plan/containment-plan.ts';
import { invert } from '../../src/domain/acts/invert.ts';
import type { ActionRecord } from '../../src/domain/plan/plan.ts';
import { denyCopyReads } from '../../src/domain/plan/object-copy-plan.ts';
import { parsePolicy } from '../../src/domain/policy/policy-document.ts';
import { stopReplication } from '../../src/domain/plan/replication-plan.ts';
import { undoPlan } from '../../src/domain/plan/undo-plan.ts';
import { allow, policyText } from '../../src/lab/account.ts';
import { codeOf, region } from '../../src/lab/clients.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import { anAccount, anAlert, aPlanInput, aPolicy, someReads } from '../support/builders.ts';
import { acting } from './support/acting.ts';
import { actBase, incidentKey, named } from './activities-world.ts';

/** Ways by which an export leaves its bucket beside the bucket's policy: replication and access points. */
const { world, victim, act, observe } = acting({ principals: [], buckets: ['golden-*'] });
const outsider = () => world().foundation.outsider;

/** The bucket as a plan sees it. */
async function planInputOf(bucket: string) {
  const { accountId } = actBase(world());
  const ourAccounts = [accountId, world().foundation.forensics.id];
  const facts = await observe().describeBucket({ accountId, region, bucket, ourAccounts });
  expect(facts.gaps).toEqual([]);
  return aPlanInput({
    incidentKey,
    alert: anAlert({ account: accountId, recipientAccount: accountId, region, bucket, objectKey: 'vms/one.ova' }),
    policy: aPolicy({ account: anAccount({ id: accountId }), organisationAccounts: ourAccounts }),
    task: null,
    object: null,
    bucket: facts,
  });
}
const plannedInput = (proposals: ReturnType<typeof stopReplication>): ActInput => {
  const [action] = proposals;
  if (!action || !('input' in action)) throw new Error(`nothing is planned: ${action?.why ?? ''}`);
  return action.input;
};

async function versioned(s3: S3Client, bucket: string): Promise<string> {
  await createBucket(s3, bucket);
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  return bucket;
}

const rule = (ID: string, Priority: number, bucket: string) => ({
  ID,
  Priority,
  Filter: { Prefix: `${ID}/` },
  Status: 'Enabled' as const,
  DeleteMarkerReplication: { Status: 'Disabled' as const },
  Destination: { Bucket: `arn:aws:s3:::${bucket}` },
});

/** What is under `vms/` goes to the outsider, what is under `logs/` to another bucket of the account. */
async function aReplicatingBucket() {
  const { s3 } = victim().admin;
  const [bucket, backup] = [await versioned(s3, named('exports')), await versioned(s3, named('backup'))];
  const theirs = await versioned(outsider().admin.s3, named('theirs'));
  const Role = victim().roleArn('replication');
  const lets = { Effect: 'Allow' as const, Principal: { AWS: Role }, Action: 's3:ReplicateObject' };
  const Policy = policyText({ ...lets, Resource: `arn:aws:s3:::${theirs}/*` });
  await outsider().admin.s3.send(new PutBucketPolicyCommand({ Bucket: theirs, Policy }));
  const Rules = [rule('vms', 1, theirs), rule('logs', 2, backup)];
  const write = (rules: typeof Rules) =>
    s3.send(new PutBucketReplicationCommand({ Bucket: bucket, ReplicationConfiguration: { Role, Rules: rules } }));
  await write(Rules);
  const put = (key: string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'x' }));
  const has = (client: S3Client, Bucket: string, Key: string): Promise<boolean> =>
    client.send(new HeadObjectCommand({ Bucket, Key })).then(
      () => true,
      () => false,
    );
  return {
    bucket,
    put,
    atTheirs: (key: string) => has(outsider().admin.s3, theirs, key),
    inBackup: (key: string) => has(s3, backup, key),
    write,
    Rules,
    theirs,
  };
}

describe('replication to an outsider', () => {
  it('stops, our own goes on, and the undo starts it again', async () => {
    const { bucket, put, atTheirs, inBackup, theirs } = await aReplicatingBucket();
    await put('vms/one');
    expect(await atTheirs('vms/one')).toBe(true);

    const planned = stopReplication(await planInputOf(bucket));
    expect(planned.map((one) => ('input' in one ? one.id : one.what))).toEqual([
      'stop-replication',
      `copies in bucket ${theirs}`,
    ]);
    const input = plannedInput(planned) as SetBucketReplication;
    expect(await act(input)).toMatchObject({ status: 'applied' });
    await put('vms/two');
    await put('logs/two');
    expect([await atTheirs('vms/two'), await inBackup('logs/two')]).toEqual([false, true]);
    expect(await act(input)).toMatchObject({ status: 'already' });
    expect(await observe().checkAct(input)).toMatchObject({ standing: 'done' });

    const undo = invert(input)!;
    expect(await act(undo)).toMatchObject({ status: 'applied' });
    await put('vms/three');
    expect(await atTheirs('vms/three')).toBe(true);
    // What was copied before nobody takes back.
    expect(await atTheirs('vms/one')).toBe(true);
  });

  it('is left alone when somebody changed it since, when it is gone, and where the bucket is protected', async () => {
    const { bucket, write, Rules } = await aReplicatingBucket();
    const input = plannedInput(stopReplication(await planInputOf(bucket))) as SetBucketReplication;
    await write(Rules.slice(0, 1));
    expect(await act(input)).toMatchObject({ status: 'changed' });
    expect(await observe().checkAct(input)).toMatchObject({ standing: 'changed' });
    expect(await act({ ...input, bucket: 'no-such-bucket-anywhere' })).toMatchObject({ status: 'gone' });
    const golden = await versioned(victim().admin.s3, named('golden'));
    const { before } = input;
    const ReplicationConfiguration = before as unknown as { Role: string; Rules: typeof Rules };
    await victim().admin.s3.send(new PutBucketReplicationCommand({ Bucket: golden, ReplicationConfiguration }));
    await expect(act({ ...input, bucket: golden })).rejects.toMatchObject({ type: 'ResourceProtected' });
  });
});

/** An access point through which a user without a policy of its own reads, and an outsider where the bucket lets it. */
async function anAccessPoint() {
  const { s3, s3control } = victim().admin;
  const [bucket, accessPoint] = [named('exports'), named('partners')];
  await createBucket(s3, bucket);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'vms/one.ova', Body: 'image' }));
  // How AWS's guide leaves it to access points who comes in: the bucket has to let a request through, too.
  const Policy = policyText({
    ...allow('*', [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]),
    Principal: { AWS: '*' },
    Condition: { StringEquals: { 's3:DataAccessPointAccount': victim().id } },
  });
  await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
  const own = { AccountId: victim().id, Name: accessPoint };
  const { Alias = '' } = await s3control.send(new CreateAccessPointCommand({ ...own, Bucket: bucket }));
  const arn = `arn:aws:s3:${region}:${victim().id}:accesspoint/${accessPoint}`;
  const colleague = await victim().user(named('colleague'));
  const lets = (Sid: string, principal: string) => ({
    ...allow('s3:GetObject', `${arn}/object/*`),
    Sid,
    Principal: { AWS: principal },
  });
  const ours = lets('Ours', colleague.arn);
  const write = (policy: string) => s3control.send(new PutAccessPointPolicyCommand({ ...own, Policy: policy }));
  await write(policyText(ours, lets('Theirs', `arn:aws:iam::${outsider().id}:root`)));
  const read = (client: S3Client) =>
    client.send(new GetObjectCommand({ Bucket: Alias, Key: 'vms/one.ova' })).then(() => 'read', codeOf);
  return { bucket, accessPoint, write, ours, read: () => read(colleague.clients.s3) };
}

describe('a copy of the export in another bucket', () => {
  it('is shut to whoever made it and to addresses signed before, what lies beside it is not, and the undo opens it', async () => {
    const { s3 } = victim().admin;
    const [bucket, other] = [named('exports'), named('other')];
    for (const name of [bucket, other]) await createBucket(s3, name);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'vms/one.ova', Body: 'image' }));
    await s3.send(new PutObjectCommand({ Bucket: other, Key: 'beside', Body: 'theirs' }));
    const reader = await victim().user(named('reader'), { policy: [allow('s3:*')] });
    const copy = { Bucket: other, Key: 'taken.ova' };
    await reader.clients.s3.send(new CopyObjectCommand({ ...copy, CopySource: `${bucket}/vms/one.ova` }));
    const address = presigned(world().lab.endpoint, reader.credentials, { bucket: other, key: copy.Key });
    const read = (Key: string) =>
      reader.clients.s3.send(new GetObjectCommand({ ...copy, Key })).then(() => 'worked', codeOf);
    const tries = async () => [await read(copy.Key), (await fetch(address)).status, await read('beside')];
    expect(await tries()).toEqual(['worked', 200, 'worked']);

    const copies = [{ time: '2026-03-02T10:20:00Z', requester: reader.arn, bucket: other, key: copy.Key }];
    const { bucket: facts, ...rest } = await planInputOf(other);
    const input = plannedInput(
      denyCopyReads({ ...rest, bucket: null, reads: someReads({ copies }), copyBuckets: facts ? [facts] : [] }),
    );
    expect(await act(input)).toMatchObject({ status: 'applied' });
    expect(await tries()).toEqual(['AccessDenied', 403, 'worked']);
    expect(await observe().checkAct(input)).toMatchObject({ standing: 'done' });
    expect(await act(invert(input)!)).toMatchObject({ status: 'applied' });
    expect(await tries()).toEqual(['worked', 200, 'worked']);
  });
});

describe('an access point that names an outsider', () => {
  it('loses the outsider, keeps our own, and gets its policy back by the undo', async () => {
    const { bucket, ours, read } = await anAccessPoint();
    const input = plannedInput(closeAccessPoints(await planInputOf(bucket))) as SetAccessPointPolicy;
    expect(input.after?.Statement).toEqual(parsePolicy(policyText(ours)).Statement);
    expect(await read()).toBe('read');
    expect(await act(input)).toMatchObject({ status: 'applied' });
    expect(await read()).toBe('read');
    expect(await act(input)).toMatchObject({ status: 'already' });
    expect(await observe().checkAct(input)).toMatchObject({ standing: 'done' });
    const [seen] = (await planInputOf(bucket)).bucket?.accessPoints ?? [];
    expect(seen).toMatchObject({ policy: input.after, public: 'no' });
    expect(await act(invert(input)!)).toMatchObject({ status: 'applied' });
    expect((await planInputOf(bucket)).bucket?.accessPoints?.[0]?.policy).toEqual(input.before);
  });

  it('is shut to whom its policy alone let in once that is taken away', async () => {
    const { bucket, accessPoint, read } = await anAccessPoint();
    const [seen] = (await planInputOf(bucket)).bucket?.accessPoints ?? [];
    const before = seen?.policy ?? null;
    expect(await read()).toBe('read');
    const input: ActInput = {
      ...actBase(world()),
      act: 'setAccessPointPolicy',
      bucket,
      accessPoint,
      before,
      after: null,
    };
    expect(await act(input)).toMatchObject({ status: 'applied' });
    expect(await read()).toBe('AccessDenied');
    expect(await act(input)).toMatchObject({ status: 'already' });
  });

  it('is left alone when somebody changed its policy since, when it is gone, and where the bucket is protected', async () => {
    const { bucket, write, ours } = await anAccessPoint();
    const input = plannedInput(closeAccessPoints(await planInputOf(bucket))) as SetAccessPointPolicy;
    await expect(act({ ...input, bucket: 'golden-images' })).rejects.toMatchObject({ type: 'ResourceProtected' });
    await write(policyText({ ...ours, Sid: 'Changed' }));
    expect(await act(input)).toMatchObject({ status: 'changed' });
    expect(await act({ ...input, accessPoint: 'no-such-point' })).toMatchObject({ status: 'gone' });
  });
});

describe('undoing the removal of outside grants', () => {
  it('is refused by S3 while the public access block stands that came with it, changes nothing, and works after it', async () => {
    const { s3 } = victim().admin;
    const bucket = named('exports');
    await createBucket(s3, bucket);
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucket }));
    const everybody = {
      ...allow('s3:GetObject', `arn:aws:s3:::${bucket}/*`),
      Sid: 'Everybody',
      Principal: '*' as const,
    };
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: policyText(everybody) }));
    const { actions } = containmentPlan(await planInputOf(bucket));
    const records: ActionRecord[] = [];
    for (const { id, input, ...action } of actions.filter((one) => 'bucket' in one.input)) {
      const record = { ...action, id, input, phase: 'containment' as const, requestId: 'r1', ...(await act(input)) };
      expect(record.status, id).toBe('applied');
      records.push(record);
    }
    expect(records.map(({ id }) => id)).toEqual(['deny-export-reads', 'remove-outside-grants', 'block-public-access']);

    const [alone] = undoPlan(records, ['remove-outside-grants']).actions;
    expect(alone?.mayBreak.at(-1)).toContain('undo block-public-access first');
    const refused = { type: 'AwsAccessDenied', message: expect.stringContaining('BlockPublicPolicy') as string };
    await expect(act(alone!.input)).rejects.toMatchObject(refused);
    expect(await observe().checkAct(alone!.input)).toMatchObject({ standing: 'ready' });
    // Undone together, the block is lifted first.
    const both = undoPlan(records, ['remove-outside-grants', 'block-public-access']).actions;
    expect(both.map(({ id }) => id)).toEqual(['undo/block-public-access', 'undo/remove-outside-grants']);
    for (const { input } of both) expect(await act(input)).toMatchObject({ status: 'applied' });
    const { policy } = (await planInputOf(bucket)).bucket!;
    expect(policy?.Statement).toContainEqual(parsePolicy(policyText(everybody)).Statement[0]);
  });
});
