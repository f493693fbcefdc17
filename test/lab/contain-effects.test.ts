import { DescribeImagesCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { DescribeRuleCommand, ListTargetsByRuleCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  GetRolePolicyCommand,
  ListPolicyVersionsCommand,
} from '@aws-sdk/client-iam';
import { DeleteObjectCommand, GetObjectCommand, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { sidPrefix } from '../../src/domain/acts/created-names.ts';
import { invert } from '../../src/domain/acts/invert.ts';
import { lockBucket } from '../../src/domain/plan/lock-plan.ts';
import { restDigest } from '../../src/domain/policy/policy-document.ts';
import { allow, policyText } from '../../src/lab/account.ts';
import { codeOf, region } from '../../src/lab/clients.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import { anAccount, anAlert, aPlanInput, aPolicy } from '../support/builders.ts';
import { incidentKey, named } from './activities-world.ts';
import { acting } from './support/acting.ts';
import { actScenes, denyReads, document } from './support/act-scenes.ts';

const worker = acting({ principals: ['*:user/break-glass*'], buckets: ['golden-*'], images: ['ami-golden*'] });
const { world, victim, base, act, observe } = worker;
const { aBucketEdit, aKeyToDisable, aRole, aMachineWithVolumes, aSharedImage, aSharedSnapshot, eventRule } =
  actScenes(worker);

const codeFrom = (call: Promise<unknown>): Promise<string> => call.then(() => 'worked', codeOf);

describe('containment', () => {
  it('shuts the actor out: the key that worked is refused', async () => {
    const user = await victim().user(named('mallory'), { policy: [allow('s3:ListAllMyBuckets')] });
    const key = { accessKeyId: user.credentials.accessKeyId, before: 'Active' as const, after: 'Inactive' as const };
    await act({ ...base(), act: 'setAccessKeyStatus', userName: user.name, keys: [key] });
    expect(await codeFrom(user.clients.iam.send(new GetRolePolicyCommand({ RoleName: 'r', PolicyName: 'p' })))).toMatch(
      /InvalidClientTokenId|InvalidAccessKeyId|AccessDenied/,
    );
  });

  it('is undone by the opposite act', async () => {
    const input = await aKeyToDisable();
    await act(input);
    const back = input.keys.map(({ accessKeyId }) => ({
      accessKeyId,
      before: 'Inactive' as const,
      after: 'Active' as const,
    }));
    expect(await act({ ...input, keys: back })).toMatchObject({ status: 'applied' });

    const edit = await aBucketEdit();
    await act(edit);
    expect(await act({ ...edit, add: [], remove: edit.add })).toMatchObject({ status: 'applied' });
    expect((await observe().describeBucket({ ...base(), bucket: edit.bucket })).policy).toBeNull();

    const ruleName = named('soar-monitor');
    const rule = { ...base(), act: 'putEventRule' as const, ruleName };
    await act({ ...rule, before: null, after: eventRule('watch') });
    expect(await act({ ...rule, before: eventRule('watch'), after: null })).toMatchObject({ status: 'applied' });
    expect(await observe().describeEventRule({ ...base(), ruleName })).toBeNull();

    for (const shared of [await aSharedImage(), await aSharedSnapshot()]) {
      await act(shared);
      const again = { ...shared, before: shared.after, after: shared.before };
      expect(await act(again)).toMatchObject({ status: 'applied' });
      expect(await observe().checkAct(again)).toMatchObject({ standing: 'done' });
    }
  });

  it('takes an image away from whom it was shared with', async () => {
    const { ec2 } = world().foundation.outsider.admin;
    const shared = await aSharedImage();
    const look = () => codeFrom(ec2.send(new DescribeImagesCommand({ ImageIds: [shared.resource.id] })));
    expect(await look()).toBe('worked');
    await act(shared);
    expect(await look()).toBe('InvalidAMIID.NotFound');
  });

  it('takes one snapshot of each volume, under the incident’s tags', async () => {
    const machine = await aMachineWithVolumes();
    const { observed } = await act(machine);
    const Filters = [{ Name: 'tag:soar-source-instance', Values: [machine.instanceId] }];
    const { Snapshots = [] } = await victim().admin.ec2.send(
      new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }),
    );
    expect(Object.fromEntries(Snapshots.map(({ VolumeId, SnapshotId }) => [VolumeId, SnapshotId]))).toEqual(observed);
    expect(Object.keys(observed ?? {})).toEqual(machine.volumes);
    expect(Snapshots[0]?.Tags).toContainEqual({ Key: 'soar-incident', Value: incidentKey });
  });

  it('locks a bucket against its own administrators, not against us, and unlocks it again', async () => {
    const bucket = named('exports');
    const key = 'vms/export-i-1.ova';
    await createBucket(victim().admin.s3, bucket);
    await victim().admin.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'image' }));
    const { s3 } = (await victim().user(named('admin'), { policy: [allow('s3:*')] })).clients;
    const tries = async () => [
      await codeFrom(s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))),
      await codeFrom(s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: `${key}.other` }))),
      await codeFrom(s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: theirs }))),
    ];
    const allowed = { ...allow('s3:ListBucket', `arn:aws:s3:::${bucket}`), Sid: 'Theirs' };
    const theirs = policyText({ ...allowed, Principal: { AWS: `arn:aws:iam::${victim().id}:root` } });
    expect(await tries()).toEqual(['worked', 'worked', 'worked']);

    const roles = world().foundation.roles.victim;
    const facts = await observe().describeBucket({ ...base(), bucket, exportStart: key });
    const lock = lockBucket(
      aPlanInput({
        incidentKey,
        alert: anAlert({ recipientAccount: victim().id, region, bucket, objectKey: key }),
        policy: aPolicy({
          lockBucket: 'always',
          responders: [roles.observe, roles.contain],
          account: anAccount({ id: victim().id, roles }),
        }),
        task: null,
        object: null,
        bucket: facts,
      }),
    );
    if (!('input' in lock)) throw new Error(lock.why);
    expect(await act(lock.input)).toMatchObject({ status: 'applied' });
    expect(await tries()).toEqual(['AccessDenied', 'AccessDenied', 'AccessDenied']);
    expect(await observe().checkAct(lock.input)).toMatchObject({ standing: 'done' });
    expect(await act(invert(lock.input)!)).toMatchObject({ status: 'applied' });
    expect((await observe().describeBucket({ ...base(), bucket })).policy).toEqual(facts.policy);
    expect(await tries()).toEqual(['worked', 'worked', 'worked']);
  });

  it('leaves the other statements of a bucket policy exactly as they are', async () => {
    const theirs = {
      Sid: 'Theirs',
      Effect: 'Allow' as const,
      Principal: { AWS: `arn:aws:iam::${victim().id}:root` },
      Action: 's3:GetObject',
      Resource: '',
    };
    const bucket = `exports-${Date.now()}`;
    const before = {
      Version: '2012-10-17',
      Id: 'kept',
      Statement: [{ ...theirs, Resource: `arn:aws:s3:::${bucket}/*` }],
    };
    await createBucket(victim().admin.s3, bucket);
    await victim().admin.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(before) }));
    await act({
      ...base(),
      act: 'editBucketPolicy',
      bucket,
      add: [denyReads(bucket)],
      remove: [],
      removedByPlan: [],
      restDigest: restDigest(before, sidPrefix(incidentKey), []),
      before,
    });
    const { policy } = await observe().describeBucket({ ...base(), bucket });
    expect(policy).toEqual({ ...before, Statement: [...before.Statement, denyReads(bucket)] });
  });

  it('revokes sessions up to the moment at which it acts, and says which', async () => {
    const roleName = await aRole();
    const started = Date.now();
    const input = { ...base(), act: 'revokeRoleSessions' as const, roleName, policyName: 'revoke', before: null };
    const { observed } = await act(input);
    expect(Date.parse(observed?.cutoff ?? '')).toBeGreaterThanOrEqual(started);
    expect((await act(input)).observed).toEqual(observed);
    expect((await observe().checkAct(input)).observed).toEqual(observed);
  });

  it('makes room when a managed policy has five versions, and says which one went', async () => {
    const { iam } = victim().admin;
    const create = { PolicyName: named('full'), PolicyDocument: JSON.stringify(document('ec2:1')) };
    const { Policy } = await iam.send(new CreatePolicyCommand(create));
    const policyArn = Policy?.Arn ?? '';
    for (const version of [2, 3, 4, 5]) {
      const PolicyDocument = JSON.stringify(document(`ec2:${version}`));
      await iam.send(
        new CreatePolicyVersionCommand({ PolicyArn: policyArn, PolicyDocument, SetAsDefault: version === 5 }),
      );
    }
    const after = document('ec2:Describe*');
    const result = await act({ ...base(), act: 'setManagedPolicy', policyArn, before: document('ec2:5'), after });
    expect(result).toMatchObject({ status: 'applied', detail: expect.stringContaining('version v1') as string });
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: policyArn }));
    expect(Versions?.map(({ VersionId }) => VersionId).sort()).toEqual(['v2', 'v3', 'v4', 'v5', 'v6']);
  });

  it('finishes an event rule that an earlier attempt left without a target', async () => {
    const ruleName = named('soar-monitor');
    const after = eventRule('watch');
    const { events } = victim().admin;
    const half = { Name: ruleName, EventPattern: after.eventPattern, Description: after.description };
    await events.send(new PutRuleCommand(half));
    expect(await act({ ...base(), act: 'putEventRule', ruleName, before: null, after })).toMatchObject({
      status: 'applied',
    });
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: ruleName }));
    expect(Targets?.map(({ Arn }) => Arn)).toEqual([after.targetArn]);
    expect(await codeFrom(events.send(new DescribeRuleCommand({ Name: ruleName })))).toBe('worked');
  });

  it('refuses what is protected, whatever was approved', async () => {
    const user = await victim().user('break-glass-1');
    const key = { accessKeyId: user.credentials.accessKeyId, before: 'Active' as const, after: 'Inactive' as const };
    const keys = { ...base(), act: 'setAccessKeyStatus' as const, userName: user.name, keys: [key] };
    await expect(act(keys)).rejects.toMatchObject({ type: 'ResourceProtected', nonRetryable: true });

    await createBucket(victim().admin.s3, 'golden-images');
    const edit = { ...(await aBucketEdit()), bucket: 'golden-images' };
    await expect(act(edit)).rejects.toMatchObject({ type: 'ResourceProtected' });
    expect(await observe().checkAct(edit)).toMatchObject({ standing: 'ready' });
  });
});
