import { CancelExportTaskCommand, CreateInstanceExportTaskCommand } from '@aws-sdk/client-ec2';
import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreatePolicyVersionCommand,
  DeleteGroupPolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import {
  CopyObjectCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  PutBucketAclCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { AwsClients } from '../../activities/aws/clients.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import { region } from '../../src/lab/clients.ts';
import { sharedWorld } from './activities-world.ts';

const world = sharedWorld();
const PolicyDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }],
});
const bucket = 'acme-permissions';
const user = { UserName: 'nobody', PolicyName: 'p' };
const role = { RoleName: 'soar-contain', PolicyName: 'p' };
const group = { GroupName: 'nobody', PolicyName: 'p' };
const PolicyArn = 'arn:aws:iam::111111111111:policy/p';

/** Every changing call that an act makes, and three that no act ever makes. */
function changes(clients: AwsClients): Record<string, () => Promise<unknown>> {
  const place = { accountId: world().foundation.victim.id, region };
  const [ec2, s3, iam, events] = [
    clients.ec2(place),
    clients.s3(place),
    clients.iam(place),
    clients.eventbridge(place),
  ];
  return {
    CancelExportTask: () => ec2.send(new CancelExportTaskCommand({ ExportTaskId: 'export-i-0123456789abcdef0' })),
    CreateInstanceExportTask: () =>
      ec2.send(
        new CreateInstanceExportTaskCommand({
          InstanceId: 'i-0123456789abcdef0',
          TargetEnvironment: 'vmware',
          ExportToS3Task: { S3Bucket: bucket },
        }),
      ),
    PutBucketPolicy: () => s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: PolicyDocument })),
    DeleteBucketPolicy: () => s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket })),
    PutBucketAcl: () => s3.send(new PutBucketAclCommand({ Bucket: bucket, ACL: 'private' })),
    PutObject: () => s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'x', Body: 'x' })),
    CopyObject: () => s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'y', CopySource: `${bucket}/kept` })),
    DeleteObject: () => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'kept' })),
    UpdateAccessKey: () =>
      iam.send(
        new UpdateAccessKeyCommand({ UserName: 'nobody', AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Inactive' }),
      ),
    PutUserPolicy: () => iam.send(new PutUserPolicyCommand({ ...user, PolicyDocument })),
    DeleteUserPolicy: () => iam.send(new DeleteUserPolicyCommand(user)),
    PutRolePolicy: () => iam.send(new PutRolePolicyCommand({ ...role, PolicyDocument })),
    DeleteRolePolicy: () => iam.send(new DeleteRolePolicyCommand(role)),
    PutGroupPolicy: () => iam.send(new PutGroupPolicyCommand({ ...group, PolicyDocument })),
    DeleteGroupPolicy: () => iam.send(new DeleteGroupPolicyCommand(group)),
    CreatePolicyVersion: () => iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument })),
    DeletePolicyVersion: () => iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v1' })),
    PutRule: () => events.send(new PutRuleCommand({ Name: 'soar-x', EventPattern: '{"source":["aws.ec2"]}' })),
    PutTargets: () =>
      events.send(new PutTargetsCommand({ Rule: 'soar-x', Targets: [{ Id: '1', Arn: 'arn:aws:sns:us-east-1:1:x' }] })),
    RemoveTargets: () => events.send(new RemoveTargetsCommand({ Rule: 'soar-x', Ids: ['1'] })),
    DeleteRule: () => events.send(new DeleteRuleCommand({ Name: 'soar-x' })),
  };
}

const denied = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);
const outcomeOf = (call: () => Promise<unknown>): Promise<string> =>
  call().then(
    () => 'allowed',
    (error: unknown) => (denied.has((error as Error).name) ? 'denied' : (error as Error).name),
  );

describe('the role of the observe worker', () => {
  it('is refused every change that an act makes', async () => {
    await createBucket(world().foundation.victim.admin.s3, bucket);
    await world().foundation.victim.admin.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'kept', Body: 'kept' }));
    const outcomes: Record<string, string> = {};
    for (const [name, call] of Object.entries(changes(world().observing))) outcomes[name] = await outcomeOf(call);
    expect(new Set(Object.values(outcomes)), JSON.stringify(outcomes)).toEqual(new Set(['denied']));
  });
});

describe('the role of the contain worker', () => {
  it('is refused what no act of the playbook needs', async () => {
    const calls = changes(world().containing);
    for (const name of ['CreateInstanceExportTask', 'PutObject', 'DeleteObject']) {
      expect(await outcomeOf(calls[name]!), name).toBe('denied');
    }
  });
});
