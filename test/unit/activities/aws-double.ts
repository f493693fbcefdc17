import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { S3ControlClient } from '@aws-sdk/client-s3-control';
import type { AwsClients } from '../../../activities/aws/clients.ts';

type Answers = Record<string, (input: Record<string, unknown>) => unknown>;

/** Clients whose `send` answers from recorded shapes, by command name; `calls` lists what was sent. */
export function awsDouble(answers: Answers): { clients: AwsClients; calls: string[] } {
  const calls: string[] = [];
  const doubled = <C extends { send: unknown }>(client: C): C => {
    client.send = (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      const name = command.constructor.name.replace(/Command$/, '');
      calls.push(name);
      const answer = answers[name];
      if (!answer) return Promise.reject(anAwsError('AccessDenied', 403));
      return Promise.resolve().then(() => answer(command.input));
    };
    return client;
  };
  const region = 'eu-west-1';
  const clients: AwsClients = {
    cloudtrail: () => doubled(new CloudTrailClient({ region })),
    cloudwatch: () => doubled(new CloudWatchClient({ region })),
    config: () => doubled(new ConfigServiceClient({ region })),
    ec2: () => doubled(new EC2Client({ region })),
    eventbridge: () => doubled(new EventBridgeClient({ region })),
    iam: () => doubled(new IAMClient({ region })),
    organizations: () => doubled(new OrganizationsClient({ region })),
    s3: () => doubled(new S3Client({ region })),
    ssm: () => doubled(new SSMClient({ region })),
    s3control: () => doubled(new S3ControlClient({ region })),
    forAct: () => clients,
    role: (accountId) => `arn:aws:iam::${accountId}:role/soar-contain`,
  };
  return { clients, calls };
}

/** An error as the SDK's deserialisers build it. */
export function anAwsError(name: string, status: number, message = `${name} said`): Error {
  return Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode: status, requestId: 'REQ1' },
  });
}

export function throwing(name: string, status: number): () => never {
  return () => {
    throw anAwsError(name, status);
  };
}

export const place = { accountId: '111111111111', region: 'eu-west-1' };
