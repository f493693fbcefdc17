import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import type { AwsLab } from '../../../src/lab/aws/aws-lab.ts';
import { vmExportCanonicalId } from '../../../src/lab/aws/vm-export-canonical-ids.ts';

/** What scenes are made of: clients, users with keys, instances, and buckets that can receive an export. */

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export function labClients(lab: Pick<AwsLab, 'endpoint'>, credentials: Credentials, region = 'us-east-1') {
  const config = { endpoint: lab.endpoint, region, credentials, maxAttempts: 1 };
  return {
    ec2: new EC2Client(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
    iam: new IAMClient(config),
    sts: new STSClient(config),
    cloudTrail: new CloudTrailClient(config),
    events: new EventBridgeClient(config),
  };
}

export function policy(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** A statement that allows actions on everything. */
export function allow(...actions: string[]): object {
  return { Effect: 'Allow', Action: actions, Resource: '*' };
}

export async function createUser(
  lab: AwsLab,
  accountId: string,
  userName: string,
  ...statements: object[]
): Promise<Credentials> {
  const { iam } = labClients(lab, lab.root(accountId));
  await iam.send(new CreateUserCommand({ UserName: userName }));
  if (statements.length > 0) {
    const document = { UserName: userName, PolicyName: 'access', PolicyDocument: policy(...statements) };
    await iam.send(new PutUserPolicyCommand(document));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: userName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

export async function runInstance(lab: AwsLab, accountId: string, name: string, region?: string): Promise<string> {
  const { ec2 } = labClients(lab, lab.root(accountId), region);
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0abcdef1234567890',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: name }] }],
    }),
  );
  return Instances?.[0]?.InstanceId ?? '';
}

/** The statement by which a bucket lets VM Export in, as the User Guide gives it. */
export function vmExportStatement(bucket: string, region = 'us-east-1'): object {
  return {
    Sid: 'GrantReadAclAndWrite',
    Effect: 'Allow',
    Principal: { CanonicalUser: vmExportCanonicalId(region) },
    Action: ['s3:GetBucketAcl', 's3:PutObject'],
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  };
}

/** A bucket that can receive exports; further statements go into its policy. */
export async function exportBucket(
  lab: AwsLab,
  accountId: string,
  bucket: string,
  ...statements: object[]
): Promise<void> {
  const { s3 } = labClients(lab, lab.root(accountId));
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.send(
    new PutBucketOwnershipControlsCommand({
      Bucket: bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] },
    }),
  );
  const document = policy(vmExportStatement(bucket), ...statements);
  await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: document }));
}
