import { addAbortSignal, pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { clientConfig, s3Client, type AwsConnection } from '../aws/clients.ts';
import { aws, unlessAbsent } from '../aws/failures.ts';
import { requesterPays } from '../s3/requester-pays.ts';
import type { AlertQueue } from './contract.ts';

export interface QueueSettings extends AwsConnection {
  url: string;
  region: string;
  /** Assumed for the queue and its log files; absent: the base credentials. */
  role?: string;
  logBuckets: string[];
}

/** A file that is read longer than this is not going to end. */
const longestReading = 10 * 60_000;

export function sqsQueue(settings: QueueSettings): AlertQueue {
  const { url, region, role = null, logBuckets } = settings;
  const config = clientConfig(settings, region, role, { name: 'soar-detect' });
  const sqs = new SQSClient(config);
  const s3 = s3Client(settings, config);
  const name = url.split('/').at(-1) ?? url;
  return {
    name,
    logBuckets,
    receive: async (hiddenSeconds, stopped) => {
      const command = new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 20,
        VisibilityTimeout: hiddenSeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      });
      const { Messages = [] } = await aws(`receiving from queue ${name}`, () =>
        sqs.send(command, { abortSignal: stopped }),
      );
      return Messages.map(({ MessageId = '', Body = '', ReceiptHandle = '', Attributes = {} }) => ({
        id: MessageId,
        body: Body,
        receipt: ReceiptHandle,
        received: Number(Attributes.ApproximateReceiveCount ?? 1),
      }));
    },
    delete: async ({ receipt }) => {
      const command = new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receipt });
      await aws(`deleting a message of queue ${name}`, () => sqs.send(command));
    },
    hide: async ({ receipt }, seconds) => {
      const command = new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: receipt,
        VisibilityTimeout: seconds,
      });
      await aws(`hiding a message of queue ${name}`, () => sqs.send(command));
    },
    readLogFile: ({ bucket, key }) => readLogFile(s3, bucket, key),
  };
}

async function readLogFile(s3: S3Client, bucket: string, key: string): Promise<Readable | 'gone'> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key, ...requesterPays });
  const answer = await unlessAbsent(
    aws(`reading a log file in bucket ${bucket}`, () => s3.send(command)),
    null,
  );
  if (answer === null) return 'gone';
  // In Node.js it is a stream of Node.js, whatever the type allows.
  const packed = addAbortSignal(AbortSignal.timeout(longestReading), answer.Body as Readable);
  // A failure, or the end of reading, at either end reaches the other.
  return pipeline(packed, createGunzip(), () => {});
}
