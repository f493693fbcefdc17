import * as config from '@aws-sdk/client-config-service';
import * as ec2 from '@aws-sdk/client-ec2';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import * as s3 from '@aws-sdk/client-s3';
import * as s3control from '@aws-sdk/client-s3-control';
import { describe, expect, it } from 'vitest';
import type { AwsClients } from '../../activities/aws/clients.ts';
import { permissions } from '../../activities/aws/permissions/table.ts';
import type { ActInput } from '../../src/domain/acts/acts.ts';
import { isReadOnly } from '../../src/lab/aws/operation.ts';
import { codeOf, region } from '../../src/lab/clients.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import { actBase, sharedWorld } from './activities-world.ts';

const world = sharedWorld();
const bucket = 'acme-permissions';
const PolicyDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }],
});

/** What any of the calls can ask for; each command sends the members that it knows. */
const members = {
  ...{ Bucket: bucket, Key: 'kept', Body: 'x', CopySource: `${bucket}/kept`, ACL: 'private', Policy: PolicyDocument },
  ...{ UploadId: 'none', PartNumber: 1, MultipartUpload: { Parts: [{ ETag: '"e"', PartNumber: 1 }] } },
  ...{ UserName: 'nobody', RoleName: 'soar-contain', GroupName: 'nobody', PolicyName: 'p', PolicyDocument },
  ...{ PolicyArn: 'arn:aws:iam::111111111111:policy/p', VersionId: 'v1' },
  ...{ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Inactive' },
  ...{ Name: 'soar-x', Rule: 'soar-x', Ids: ['1'], EventPattern: '{"source":["aws.ec2"]}' },
  ...{ Targets: [{ Id: '1', Arn: 'arn:aws:sns:us-east-1:1:x' }] },
  ...{ ExportTaskId: 'export-i-0123456789abcdef0', InstanceId: 'i-0123456789abcdef0' },
  ...{ TargetEnvironment: 'vmware', ExportToS3Task: { S3Bucket: bucket } },
  ...{ ConfigRule: { ConfigRuleName: 'soar-x', Source: { Owner: 'AWS' } }, ConfigRuleName: 'soar-x' },
  ...{ AccountId: '111111111111', ReplicationConfiguration: { Role: 'arn:aws:iam::111111111111:role/r', Rules: [] } },
  ...{ PolicyId: 'p-examplepolicy', TargetId: '111111111111', Content: PolicyDocument, Description: 'd' },
};

interface Sdk {
  commands: object;
  client: (clients: AwsClients) => { send: (command: never) => Promise<unknown> };
}
const place = () => ({ accountId: world().foundation.victim.id, region });
const sdks: Record<string, Sdk> = {
  config: { commands: config, client: (clients) => clients.config(place()) },
  ec2: { commands: ec2, client: (clients) => clients.ec2(place()) },
  events: { commands: eventbridge, client: (clients) => clients.eventbridge(place()) },
  iam: { commands: iam, client: (clients) => clients.iam(place()) },
  organizations: {
    commands: organizations,
    client: (clients) => clients.organizations({ accountId: world().foundation.management.id, region }),
  },
  s3control: { commands: s3control, client: (clients) => clients.s3control(place()) },
  s3: { commands: s3, client: (clients) => clients.s3(place()) },
};

/** Makes a call of the table by its name. */
async function attempt(clients: AwsClients, call: string): Promise<string> {
  const [service = '', operation = ''] = call.split(':');
  // Access points are S3's by their permission, and another client's by their call.
  const { commands, client } = sdks[operation.includes('AccessPoint') ? 's3control' : service]!;
  const Command = (commands as Record<string, new (input: object) => never>)[`${operation}Command`]!;
  return client(clients)
    .send(new Command(members))
    .then(() => 'allowed', codeOf);
}
const denied = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|HTTP 403)$/;
const changing = (calls: string[]) => [...new Set(calls)].filter((call) => !isReadOnly(call.split(':')[1] ?? ''));
const acting = changing([...permissions.contain, ...permissions.isolate].map(({ call }) => call));

describe('the role of the observe worker', () => {
  it('is refused every change that an act makes', async () => {
    await createBucket(world().foundation.victim.admin.s3, bucket);
    const kept = new s3.PutObjectCommand({ Bucket: bucket, Key: 'kept', Body: 'kept' });
    await world().foundation.victim.admin.s3.send(kept);
    expect(acting.length).toBeGreaterThan(15);
    for (const call of acting) expect(await attempt(world().observing, call), call).toMatch(denied);
  });

  it('has no changing call in its row of the table, and neither have those that read the organisation and that detect', () => {
    expect(
      changing([...permissions.observe, ...permissions.organisation, ...permissions.detect].map(({ call }) => call)),
    ).toEqual([]);
  });
});

describe('the role of the contain worker', () => {
  it('is refused what no act of the playbook needs', async () => {
    for (const call of ['ec2:CreateInstanceExportTask', 's3:PutObject', 's3:DeleteObject', 'iam:CreateUser']) {
      const cancel: ActInput = { ...actBase(world()), act: 'cancelExportTask', exportTaskId: 'export-i-1' };
      expect(await attempt(world().containing.forAct(cancel), call), call).toMatch(denied);
    }
  });
});
