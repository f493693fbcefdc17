import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import type { S3ControlClient } from '@aws-sdk/client-s3-control';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { s3ControlClient } from '../../activities/aws/clients.ts';
import { withSourceAddress } from './aws/aws-lab.ts';

/** Where the scenarios take place. Another Region than us-east-1, where IAM and STS are recorded: both have to be asked. */
export const region = 'eu-west-1';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** The AWS SDK as one identity of the lab uses it. */
export interface Clients {
  ec2: EC2Client;
  s3: S3Client;
  s3control: S3ControlClient;
  iam: IAMClient;
  ssm: SSMClient;
  sts: STSClient;
  events: EventBridgeClient;
  cloudTrail: CloudTrailClient;
  cloudWatch: CloudWatchClient;
  config: ConfigServiceClient;
  organizations: OrganizationsClient;
}

export interface LabEndpoint {
  endpoint: string;
}

/** `sourceAddress`: where the lab sees the calls come from. */
export function clientsOf({ endpoint }: LabEndpoint, credentials: Credentials, sourceAddress: string): Clients {
  // A refusal is what is looked for: it must show at the first attempt.
  const config = { endpoint, region, credentials, maxAttempts: 1 };
  const from = <T extends Parameters<typeof withSourceAddress>[0]>(client: T): T =>
    withSourceAddress(client, sourceAddress);
  return {
    ec2: from(new EC2Client(config)),
    s3: from(new S3Client({ ...config, forcePathStyle: true })),
    s3control: from(s3ControlClient({ endpoint, forcePathStyle: true }, config)),
    iam: from(new IAMClient(config)),
    ssm: from(new SSMClient(config)),
    sts: from(new STSClient(config)),
    events: from(new EventBridgeClient(config)),
    cloudTrail: from(new CloudTrailClient(config)),
    cloudWatch: from(new CloudWatchClient(config)),
    config: from(new ConfigServiceClient(config)),
    organizations: from(new OrganizationsClient(config)),
  };
}

/** The AWS error code of whatever a client threw; a refused HEAD has no body, so its status is all there is. */
export function codeOf(error: unknown): string {
  const { name = 'Error', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  const generic = /^(Error|Unknown(Error)?|\d+|Forbidden|NotFound)$/.test(name);
  return generic && $metadata?.httpStatusCode !== undefined ? `HTTP ${$metadata.httpStatusCode}` : name;
}
