import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTrailFile, readQueueMessage } from '../../../src/intake/queue-message.ts';
import { fixture } from '../../support/fixtures.ts';

const event = JSON.stringify(fixture('cloudtrail/eventbridge-create-instance-export-task'));
const bucket = 'acme-trail-logs';
const day = 'AWSLogs/111111111111/CloudTrail/eu-west-1/2026/03/02';
const key = `${day}/111111111111_CloudTrail_eu-west-1_20260302T1005Z_Ab3dEf6hIj9kLm2n.json.gz`;
const read = (message: unknown, logBuckets = [bucket]) =>
  readQueueMessage(typeof message === 'string' ? message : JSON.stringify(message), logBuckets);

const enveloped = (message: unknown) => ({
  Type: 'Notification',
  MessageId: '22b80b92-0000-4000-8000-000000000001',
  TopicArn: 'arn:aws:sns:eu-west-1:111111111111:trail',
  Message: typeof message === 'string' ? message : JSON.stringify(message),
});
const ofTrail = (...keys: unknown[]) => ({ s3Bucket: bucket, s3ObjectKey: keys });
const ofBucket = (object: unknown, eventName = 'ObjectCreated:Put') => ({
  Records: [{ eventSource: 'aws:s3', eventName, s3: { bucket: { name: bucket }, object } }],
});

describe('a message is read as', () => {
  test.each<[string, unknown, string]>([
    ['an event of EventBridge', event, event],
    ['the same in an envelope of SNS', enveloped(event), event],
    [
      'a record',
      fixture('cloudtrail/export-image-success'),
      JSON.stringify(fixture('cloudtrail/export-image-success')),
    ],
    ['whatever it is, for the decoder to judge', 'not JSON', 'not JSON'],
  ])('alerts: %s', (_, message, body) => {
    expect(read(message)).toEqual({ brings: 'alerts', body });
  });

  test.each<[string, unknown]>([
    ['by CloudTrail', ofTrail(key)],
    ['by S3', ofBucket({ key })],
    ['by S3 with an encoded key', ofBucket({ key: key.replace('_CloudTrail', '%5FCloudTrail') })],
  ])('a notice of a log file %s, in an envelope or not', (_, notice) => {
    const body = JSON.stringify(notice);
    const expected = { brings: 'log files', files: [{ bucket, key }], body };
    expect(read(notice)).toEqual(expected);
    expect(read(enveloped(notice))).toEqual(expected);
  });

  test('a notice whose key has spaces, as S3 encodes them', () => {
    const spaced = `our trail/${key}`;
    expect(read(ofBucket({ key: spaced.replace(' ', '+') }))).toMatchObject({ files: [{ bucket, key: spaced }] });
  });

  test.each<[string, unknown]>([
    ["S3's test of a notification", { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: bucket }],
    ["CloudTrail's test of a topic", enveloped('CloudTrail validation message.')],
    ['a digest', ofTrail(key.replaceAll('CloudTrail', 'CloudTrail-Digest'))],
    ['another object of the bucket', ofBucket({ key: 'AWSLogs/111111111111/Config/eu-west-1/x.json.gz' })],
    ['a deletion', ofBucket({ key }, 'ObjectRemoved:Delete')],
  ])('nothing: %s', (_, message) => {
    expect(read(message)).toEqual({ brings: 'nothing' });
  });
});

describe('a message cannot make us fetch', () => {
  test.each<[string, unknown, RegExp]>([
    [
      'from a bucket that is not listed',
      { ...ofTrail(key), s3Bucket: 'somebody-elses' },
      /not in the queue's logBuckets/,
    ],
    ['hundreds of files', ofTrail(...Array<string>(101).fill(key)), /more than 100/],
    ['a key that is none', ofTrail(key, { toString: 'x' }), /does not name them/],
    ['a key that cannot be decoded', ofBucket({ key: '%ff' }), /does not name them/],
    ['from nowhere', { Records: [{ eventSource: 'aws:s3', s3: {} }] }, /does not name them/],
    ['a confirmation', { Type: 'SubscriptionConfirmation', SubscribeURL: 'https://sns.example/' }, /whoever owns/],
  ])('%s', (_, message, reason) => {
    expect(read(message)).toMatchObject({ brings: 'poison', reason: expect.stringMatching(reason) as string });
  });

  test('anything where no bucket is listed', () => {
    expect(read(ofTrail(key), []).brings).toBe('poison');
    expect(read(event, []).brings).toBe('alerts');
  });

  test.each([
    `../other/${key}`,
    `./${key}`,
    `a/../../other/${key}`,
    `/${key}`,
    `${key}\n`,
    `a\u0000/${key}`,
    `${'a/'.repeat(600)}${key}`,
    key.replace('2026/03/02', '../../..'),
    key.replace('.json.gz', '.json.gz/'),
  ])('what is not named like a log file: %j', (one) => {
    expect(isTrailFile(one)).toBe(false);
  });

  test.each([key, `our-prefix/${key}`, key.replace('AWSLogs/', 'AWSLogs/o-a1b2c3d4e5/')])('but %s', (one) => {
    expect(isTrailFile(one)).toBe(true);
  });

  test('anything unlisted, whatever the message looks like', () => {
    const keys = [
      'Type',
      'Message',
      'Event',
      's3Bucket',
      's3ObjectKey',
      'Records',
      'eventSource',
      's3',
      'bucket',
      'name',
    ];
    const values = fc.oneof(
      fc.constantFrom<unknown>(key, bucket, 'other', 'aws:s3', 'Notification', [key]),
      fc.string(),
    );
    const anything = fc.anything({
      key: fc.oneof(fc.constantFrom(...keys, 'object', 'key', '__proto__'), fc.string()),
      values: [values],
      maxDepth: 5,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          anything.map((value) => (JSON.stringify(value) as string | undefined) ?? ''),
          fc.string(),
        ),
        (source) => {
          const found = readQueueMessage(source, [bucket]);
          if (found.brings !== 'log files') return;
          expect(found.files.length).toBeGreaterThan(0);
          for (const file of found.files) expect([file.bucket, isTrailFile(file.key)]).toEqual([bucket, true]);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
