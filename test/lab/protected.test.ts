import {
  CreateImageCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreatePolicyCommand, TagRoleCommand, TagUserCommand, UntagUserCommand } from '@aws-sdk/client-iam';
import { PutBucketTaggingCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { Protection } from '../../activities/aws/protection.ts';
import { containActivities } from '../../activities/contain.ts';
import { observeActivities } from '../../activities/observe.ts';
import type { ActInput, ActResult } from '../../src/domain/acts/acts.ts';
import type { ApprovalOnRecord } from '../../src/domain/approval/authorisation.ts';
import { restDigest, type PolicyDocument } from '../../src/domain/policy/policy-document.ts';
import { policyText } from '../../src/lab/account.ts';
import { region } from '../../src/lab/clients.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import { actBase, anApproval, named, sharedWorld } from './activities-world.ts';

const world = sharedWorld();
const victim = () => world().foundation.victim;
const base = () => actBase(world());
const none: Protection = { principals: [], buckets: [] };
const tags = { 'legal-hold': ['yes'] };
const Tags = [{ Key: 'legal-hold', Value: 'yes' }];

const act = (input: ActInput, protection: Protection | (() => Promise<Protection>)): Promise<ActResult> => {
  const contain = containActivities(world().containing, { protected: protection });
  return (contain[input.act] as (input: ActInput, approval: ApprovalOnRecord) => Promise<ActResult>)(input, anApproval);
};
const refused = (words: string) => ({ type: 'ResourceProtected', message: expect.stringContaining(words) as string });
const document: PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };

const denyUser = (name: string): ActInput => ({
  ...base(),
  act: 'putInlinePolicy',
  holder: { type: 'user', name },
  policyName: 'deny-all',
  before: null,
  after: document,
});

describe('what is protected', () => {
  it('is refused by the worker although the plan was approved before it was on the list', async () => {
    const { name, arn } = await victim().user(named('mallory'));
    let list: Protection = none;
    const input = denyUser(name);
    const contain = containActivities(world().containing, { protected: () => Promise.resolve(list) });
    list = { ...none, principals: [arn] };
    await expect(contain.putInlinePolicy(input as never)).rejects.toMatchObject(refused(arn));
    list = { ...none, accounts: [victim().id] };
    await expect(contain.putInlinePolicy(input as never)).rejects.toMatchObject(refused(`account ${victim().id}`));
    list = none;
    expect(await contain.putInlinePolicy(input as never)).toMatchObject({ status: 'applied' });
  });

  it('by a tag is a user, until the tag is gone', async () => {
    const { name } = await victim().user(named('keeper'));
    await victim().admin.iam.send(new TagUserCommand({ UserName: name, Tags }));
    await expect(act(denyUser(name), { ...none, tags })).rejects.toMatchObject(refused('its tag legal-hold=yes'));
    const place = { accountId: victim().id, region };
    const facts = await observeActivities(world().observing).describePrincipal({ ...place, type: 'user', name });
    expect(facts.tags).toEqual({ 'legal-hold': 'yes' });
    await victim().admin.iam.send(new UntagUserCommand({ UserName: name, TagKeys: ['legal-hold'] }));
    expect(await act(denyUser(name), { ...none, tags })).toMatchObject({ status: 'applied' });
  });

  it('by a tag is a role, a policy and a bucket', async () => {
    const { iam, s3 } = victim().admin;
    const roleName = named('kept');
    const trust = { Effect: 'Allow' as const, Principal: { AWS: victim().id }, Action: 'sts:AssumeRole' };
    await victim().role(roleName, trust, 'own', { Effect: 'Allow', Action: 's3:*', Resource: '*' });
    await iam.send(new TagRoleCommand({ RoleName: roleName, Tags }));
    const PolicyDocument = policyText({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
    const made = await iam.send(new CreatePolicyCommand({ PolicyName: named('kept'), PolicyDocument, Tags }));
    const bucket = named('kept');
    await createBucket(s3, bucket);
    await s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet: Tags } }));
    const acts: ActInput[] = [
      { ...base(), act: 'revokeRoleSessions', roleName, policyName: 'revoke', before: null },
      { ...base(), act: 'setManagedPolicy', policyArn: made.Policy?.Arn ?? '', before: document, after: document },
      {
        ...base(),
        act: 'editBucketPolicy',
        bucket,
        add: [],
        remove: [],
        removedByPlan: [],
        restDigest: restDigest(null, '', []),
        before: null,
      },
    ];
    for (const input of acts) {
      await expect(act(input, { ...none, tags }), input.act).rejects.toMatchObject(refused('its tag legal-hold=yes'));
    }
    const facts = await observeActivities(world().observing).describeBucket({ accountId: victim().id, region, bucket });
    expect(facts.tags).toEqual({ 'legal-hold': 'yes' });
  });

  it('by a tag is a machine, an image and a snapshot', async () => {
    const { ec2 } = victim().admin;
    const run = new RunInstancesCommand({ ImageId: 'ami-0abcdef1234567890', MinCount: 1, MaxCount: 1 });
    const [instance] = (await ec2.send(run)).Instances ?? [];
    const instanceId = instance?.InstanceId ?? '';
    const volumes = (instance?.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.VolumeId ?? []);
    const { ImageId = '' } = await ec2.send(new CreateImageCommand({ InstanceId: instanceId, Name: named('kept') }));
    const { SnapshotId = '' } = await ec2.send(new CreateSnapshotCommand({ VolumeId: volumes[0] }));
    const Add = [{ UserId: world().foundation.outsider.id }];
    await ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add } }));
    await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission: { Add } }));
    const sharing = { ...base(), act: 'setSharing' as const, before: [world().foundation.outsider.id], after: [] };
    const acts: [string, ActInput][] = [
      [instanceId, { ...base(), act: 'snapshotVolumes', instanceId, volumes, tags: { own: 'yes' } }],
      [ImageId, { ...sharing, resource: { type: 'image', id: ImageId } }],
      [SnapshotId, { ...sharing, resource: { type: 'snapshot', id: SnapshotId } }],
    ];
    for (const [id, input] of acts) {
      await ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));
      await expect(act(input, { ...none, tags }), id).rejects.toMatchObject(refused('its tag legal-hold=yes'));
    }
    const place = { accountId: victim().id, region };
    const search = { imageIds: [ImageId], snapshotIds: [SnapshotId], volumeIds: [] };
    const { copies } = await observeActivities(world().observing).describeCopies({ ...place, ...search });
    const seen = copies.filter(({ id }) => [ImageId, SnapshotId].includes(id)).map((copy) => copy.tags);
    expect(seen).toEqual([{ 'legal-hold': 'yes' }, { 'legal-hold': 'yes' }]);
    for (const [id, input] of acts) {
      await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags }));
      expect(await act(input, { ...none, tags }), id).toMatchObject({ status: 'applied' });
    }
  });

  it('is what will not say its tags: nothing is changed on a guess', async () => {
    const { name } = await victim().user(named('silent'));
    const target = { service: 'iam', operation: 'GetUser', names: name };
    await world().lab.control.fault({ ...target, kind: 'error', status: 403, code: 'AccessDenied' });
    await expect(act(denyUser(name), { ...none, tags })).rejects.toMatchObject({ type: 'AwsAccessDenied' });
    await world().lab.control.clearFaults();
  });
});
