import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createHash, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { containActivities } from '../../activities/contain.ts';
import { observeActivities } from '../../activities/observe.ts';
import { s3Contain } from '../../activities/s3/contain.ts';
import { smallestPart } from '../../activities/s3/parts.ts';
import type { ActResult, CopyExport } from '../../src/domain/acts/acts.ts';
import type { CustodyRecord } from '../../src/domain/acts/custody.ts';
import { policyText } from '../../src/lab/account.ts';
import { region } from '../../src/lab/clients.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import { actBase, anApproval, incidentKey, named, sharedWorld } from './activities-world.ts';

const world = sharedWorld();
beforeEach(() => world().lab.control.clearFaults());

const victim = () => world().foundation.victim;
const vault = () => world().foundation.forensics.admin.s3;
const nothing = { principals: [], buckets: [] };
const copying = { largestInOneCall: smallestPart, partSize: smallestPart, partsAtOnce: 2 };
const copy = (input: CopyExport): Promise<ActResult> =>
  containActivities(world().containing, { protected: nothing, copying }).copyExport(input, anApproval);

/** Four parts, the last one short. */
const image = randomBytes(3 * smallestPart + 1_000_003);
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const sha256OfParts = (content: Buffer): string => {
  const ofParts = createHash('sha256');
  let parts = 0;
  for (let first = 0; first < content.length; first += smallestPart, parts++) {
    ofParts.update(
      createHash('sha256')
        .update(content.subarray(first, first + smallestPart))
        .digest(),
    );
  }
  return `${ofParts.digest('base64')}-${parts}`;
};

async function anExport(content = image, destination: Partial<CopyExport['destination']> = {}): Promise<CopyExport> {
  const { forensics, buckets } = world().foundation;
  const bucket = named('large-exports');
  await createBucket(victim().admin.s3, bucket);
  const key = 'vms/export-i-1.ova';
  const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, Tagging: 'owner=actor' });
  const { ETag = '' } = await victim().admin.s3.send(put);
  return {
    ...actBase(world()),
    act: 'copyExport',
    source: { bucket, key, size: content.length, etag: ETag },
    destination: {
      accountId: forensics.id,
      region,
      bucket: buckets.forensics,
      key: `exports/${incidentKey}/${named('large')}.ova`,
      ...destination,
    },
  };
}

/** An upload is known by its age to hold parts of this object: it began after the second that S3 gives for the object. */
async function anExportOfEarlier(): Promise<CopyExport> {
  const input = await anExport();
  const { LastModified } = await victim().admin.s3.send(
    new HeadObjectCommand({ Bucket: input.source.bucket, Key: input.source.key }),
  );
  while (Date.now() < LastModified!.getTime() + 1_000) await new Promise((resolve) => setTimeout(resolve, 20));
  return input;
}

/** Parts that S3 copied into this place, in the order of their numbers. */
async function copiedParts({ destination }: CopyExport): Promise<number[]> {
  const calls = await world().lab.control.trail({ eventName: 'UploadPartCopy', accountId: victim().id });
  return calls
    .filter(({ requestParameters, errorCode }) => !errorCode && requestParameters?.['key'] === destination.key)
    .map(({ requestParameters }) => Number(requestParameters?.['partNumber']))
    .sort((a, b) => a - b);
}
const uploadsLeft = async ({ destination }: CopyExport): Promise<(string | undefined)[]> => {
  const { Uploads = [] } = await vault().send(new ListMultipartUploadsCommand({ Bucket: destination.bucket }));
  return Uploads.filter(({ Key }) => Key === destination.key).map(({ UploadId }) => UploadId);
};
const read = async (bucket: string, key: string): Promise<Buffer> => {
  const { Body } = await vault().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from(await Body!.transformToByteArray());
};
const custodyOf = async ({ destination }: CopyExport): Promise<CustodyRecord> =>
  JSON.parse((await read(destination.bucket, `${destination.key}.custody.json`)).toString()) as CustodyRecord;

async function attemptsUntilDone(input: CopyExport): Promise<{ result: ActResult; types: string[] }> {
  const types: string[] = [];
  for (;;) {
    try {
      return { result: await copy(input), types };
    } catch (error) {
      const { type = '', nonRetryable } = error as { type?: string; nonRetryable?: boolean };
      types.push(type);
      if (nonRetryable || types.length === 5) throw error;
    }
  }
}

describe('an export that is larger than one copy may be', () => {
  it('is copied in parts, with the SHA-256 of the whole on record', async () => {
    const input = await anExport();
    const { status, observed } = await copy(input);
    expect({ status, observed }).toMatchObject({
      status: 'applied',
      observed: {
        sha256: sha256(image),
        sha256OfParts: sha256OfParts(image),
        size: String(image.length),
        custody: `s3://${input.destination.bucket}/${input.destination.key}.custody.json`,
      },
    });
    expect(sha256(await read(input.destination.bucket, input.destination.key))).toBe(sha256(image));
    expect(await copiedParts(input)).toEqual([1, 2, 3, 4]);
    expect(await uploadsLeft(input)).toEqual([]);
  });

  it('is found copied by the next attempt, and stands when it is checked', async () => {
    const input = await anExport();
    const first = await copy(input);
    const again = await copy(input);
    expect(again).toMatchObject({ status: 'already', observed: first.observed });
    expect(await copiedParts(input)).toEqual([1, 2, 3, 4]);
    const check = await observeActivities(world().observing).checkAct(input);
    expect(check).toMatchObject({ standing: 'done', observed: { sha256OfParts: sha256OfParts(image) } });
  });

  it('goes on at the parts that are missing when an attempt broke, though nobody knows of it', async () => {
    const input = await anExportOfEarlier();
    const calls = { service: 's3', operation: 'UploadPartCopy' };
    const first = await world().lab.control.barrier({ ...calls, when: 'after' });
    const end = expect(copy(input)).rejects.toMatchObject({ type: 'AwsUnavailable' });
    await first.reached();
    await world().lab.control.fault({ ...calls, kind: 'error', times: 4 });
    await first.release();
    await end;
    const before = await copiedParts(input);
    const [upload] = await uploadsLeft(input);
    await world().lab.control.clearFaults();

    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(4);
    expect(await copy(input)).toMatchObject({ status: 'applied', observed: { sha256: sha256(image) } });
    expect(await copiedParts(input)).toEqual([1, 2, 3, 4]);
    const uploads = await world().lab.control.trail({ eventName: 'ListParts', accountId: victim().id });
    expect(uploads.some(({ requestParameters }) => requestParameters?.['uploadId'] === upload)).toBe(true);
  });

  it.each(['ListMultipartUploads', 'CreateMultipartUpload', 'UploadPartCopy', 'CompleteMultipartUpload'])(
    'is copied once when the connection breaks after %s',
    async (operation) => {
      const input = await anExportOfEarlier();
      await world().lab.control.fault({ service: 's3', operation, kind: 'resetAfter' });
      const { result, types } = await attemptsUntilDone(input);
      expect(types).toEqual(['AwsUnavailable']);
      expect(result).toMatchObject({ observed: { sha256: sha256(image) } });
      expect(await copiedParts(input)).toEqual([1, 2, 3, 4]);
      expect(await uploadsLeft(input)).toEqual([]);
    },
  );

  it('is begun anew where an upload may hold parts of what lay there before', async () => {
    const input = await anExport();
    const { bucket, key } = input.destination;
    const { UploadId } = await vault().send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }));
    const { source } = input;
    await victim().admin.s3.send(new PutObjectCommand({ Bucket: source.bucket, Key: source.key, Body: image }));
    expect(await copy(input)).toMatchObject({ status: 'applied' });
    expect(await uploadsLeft(input)).not.toContain(UploadId);
    expect(await uploadsLeft(input)).toEqual([]);
  });

  it('is left alone when it is replaced between two parts, and nothing of it stays', async () => {
    const input = await anExport();
    const barrier = await world().lab.control.barrier({ service: 's3', operation: 'UploadPartCopy', when: 'before' });
    const attempt = attemptsUntilDone(input);
    await barrier.reached();
    const { bucket, key } = input.source;
    await victim().admin.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'something else' }));
    await barrier.release();
    expect(await attempt).toMatchObject({ result: { status: 'changed' }, types: ['AwsUnavailable'] });
    expect(await uploadsLeft(input)).toEqual([]);
  });

  it('is refused for good where the bucket refuses, and nothing of it stays', async () => {
    const input = await anExport();
    const operation = 'UploadPartCopy';
    await world().lab.control.fault({
      service: 's3',
      operation,
      kind: 'error',
      status: 403,
      code: 'AccessDenied',
      times: 9,
    });
    await expect(copy(input)).rejects.toMatchObject({
      type: 'AwsAccessDenied',
      nonRetryable: true,
      message: expect.stringContaining('s3:ListMultipartUploadParts') as string,
    });
    expect(await uploadsLeft(input)).toEqual([]);
  });
});

describe('a copy in parts that is stopped while it copies', () => {
  /** Stops it while its first part is being copied. */
  async function stopped(input: CopyExport, stop: (activity: MockActivityEnvironment) => void): Promise<void> {
    const barrier = await world().lab.control.barrier({ service: 's3', operation: 'UploadPartCopy', when: 'before' });
    const activity = new MockActivityEnvironment();
    const end = expect(activity.run(() => copy(input))).rejects.toThrow();
    await barrier.reached();
    stop(activity);
    await barrier.release();
    await end;
  }

  it('leaves nothing when it was cancelled', async () => {
    const input = await anExport();
    await stopped(input, (activity) => activity.cancel());
    expect(await uploadsLeft(input)).toEqual([]);
  });

  it('keeps its parts for another worker when its own shuts down', async () => {
    const input = await anExport();
    const workerShutdown = new ActivityCancellationDetails({ workerShutdown: true });
    await stopped(input, (activity) => activity.cancel('WORKER_SHUTDOWN', workerShutdown));
    expect(await uploadsLeft(input)).toHaveLength(1);
  });
});

describe('the last heartbeat', () => {
  /** As a copy begins one, but before the export was written: its age does not tell that it is of this export. */
  async function anUploadBefore(input: CopyExport): Promise<string> {
    const { source, destination } = input;
    const { UploadId = '' } = await vault().send(
      new CreateMultipartUploadCommand({
        Bucket: destination.bucket,
        Key: destination.key,
        ChecksumAlgorithm: 'SHA256',
        Metadata: { 'soar-source-etag': source.etag },
      }),
    );
    await victim().admin.s3.send(new PutObjectCommand({ Bucket: source.bucket, Key: source.key, Body: image }));
    return UploadId;
  }
  const begun = async (input: CopyExport): Promise<number> => {
    const calls = await world().lab.control.trail({ eventName: 'CreateMultipartUpload', accountId: victim().id });
    return calls.filter(({ requestParameters }) => requestParameters?.['key'] === input.destination.key).length;
  };

  it('names the upload to go on with', async () => {
    const input = await anExport();
    const uploadId = await anUploadBefore(input);
    const activity = new MockActivityEnvironment({ heartbeatDetails: { uploadId } });
    expect(await activity.run(() => copy(input))).toMatchObject({ status: 'applied' });
    expect(await begun(input)).toBe(0);
  });

  it.each([{ uploadId: 'long gone' }, 'copyExport', undefined])('may name none that is there: %j', async (details) => {
    const input = await anExport();
    await anUploadBefore(input);
    const activity = new MockActivityEnvironment({ heartbeatDetails: details });
    expect(await activity.run(() => copy(input))).toMatchObject({ status: 'applied' });
    expect(await begun(input)).toBe(1);
  });

  it('says which upload, and how far it is', async () => {
    const activity = new MockActivityEnvironment();
    const said: unknown[] = [];
    activity.on('heartbeat', (details: object) => said.push({ ...details }));
    await activity.run(async () => copy(await anExport()));
    expect(said).toContainEqual({ uploadId: expect.any(String) as string, partsCopied: 4, of: 4 });
    expect(said.at(-1)).toEqual({ hashed: image.length, of: image.length });
  });
});

describe('the hash of an export', () => {
  it('finds a part of the copy that holds something else, and the copy is not called one', async () => {
    const input = await anExport();
    const { bucket: Bucket, key: Key } = input.destination;
    const begin = { Bucket, Key, ChecksumAlgorithm: 'SHA256' as const };
    const Metadata = { 'soar-source-etag': input.source.etag };
    const { UploadId: uploadId } = await vault().send(new CreateMultipartUploadCommand({ ...begin, Metadata }));
    const Body = Buffer.alloc(smallestPart, 'x');
    await vault().send(new UploadPartCommand({ ...begin, UploadId: uploadId, PartNumber: 2, Body }));
    const activity = new MockActivityEnvironment({ heartbeatDetails: { uploadId } });
    await expect(activity.run(() => copy(input))).rejects.toMatchObject({
      type: 'AwsRejected',
      message: expect.stringMatching(/does not hold what .* holds: SHA-256 .*-4; keep the original/) as string,
    });
    await expect(custodyOf(input)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('is taken again from the part in which the connection broke', async () => {
    const input = await anExport();
    await world().lab.control.fault({ service: 's3', operation: 'GetObject', kind: 'reset', times: 2 });
    expect(await copy(input)).toMatchObject({ status: 'applied', observed: { sha256: sha256(image) } });
    expect(await world().lab.control.firedFaults()).toHaveLength(2);
  });

  it('is that of nothing for an empty export', async () => {
    const input = await anExport(Buffer.alloc(0));
    expect(await copy(input)).toMatchObject({ observed: { sha256: sha256(Buffer.alloc(0)), size: '0' } });
  });
});

describe('the custody of a copy', () => {
  it.each([
    ['in one call', image.subarray(0, 1_000)],
    ['in parts', image],
  ])('is recorded beside a copy %s: what, where from, by whom, approved by whom', async (_, content) => {
    const input = await anExport(content);
    await copy(input);
    const { source, destination } = input;
    const parts = content.length > smallestPart;
    expect(await custodyOf(input)).toMatchObject({
      incidentKey,
      source: { accountId: victim().id, ...source, lastModified: expect.stringMatching(/Z$/) as string },
      copy: {
        accountId: destination.accountId,
        bucket: destination.bucket,
        key: destination.key,
        versionId: expect.any(String) as string,
        retention: null,
        checksum: parts
          ? { type: 'COMPOSITE', value: sha256OfParts(content), partSize: smallestPart }
          : { type: 'FULL_OBJECT', value: Buffer.from(sha256(content), 'hex').toString('base64'), partSize: null },
      },
      sha256: sha256(content),
      approval: anApproval,
      copiedBy: world().foundation.roles.victim.contain,
    });
    const { TagSet } = await vault().send(
      new GetObjectTaggingCommand({ Bucket: destination.bucket, Key: destination.key }),
    );
    expect(TagSet).toEqual([
      { Key: 'soar-incident', Value: incidentKey },
      { Key: 'soar-source-account', Value: victim().id },
    ]);
  });

  it('is written once: what somebody else put there is not taken for it', async () => {
    const input = await anExport(image.subarray(0, 1_000));
    const { bucket, key } = input.destination;
    await vault().send(new PutObjectCommand({ Bucket: bucket, Key: `${key}.custody.json`, Body: '{"sha256":"…"}' }));
    await expect(copy(input)).rejects.toMatchObject({
      type: 'AwsRejected',
      message: expect.stringContaining('is not the custody record of this copy') as string,
    });
    expect(await read(bucket, `${key}.custody.json`)).toEqual(Buffer.from('{"sha256":"…"}'));
  });
});

describe('Object Lock', () => {
  /** Whoever may copy into the forensics bucket may copy into this one. */
  async function aLockingBucket(DefaultRetention?: { Mode: 'GOVERNANCE'; Days: number }): Promise<string> {
    const Bucket = world().foundation.buckets.forensics + named('-locking');
    await vault().send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: region },
        ObjectLockEnabledForBucket: true,
      }),
    );
    const Policy = policyText({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${victim().id}:root` },
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
    });
    await vault().send(new PutBucketPolicyCommand({ Bucket, Policy }));
    if (DefaultRetention) {
      const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' as const, Rule: { DefaultRetention } };
      await vault().send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
    }
    return Bucket;
  }
  const lockOf = async (Bucket: string, Key: string) => {
    const { ObjectLockMode, ObjectLockRetainUntilDate } = await vault().send(new HeadObjectCommand({ Bucket, Key }));
    const days = ((ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
    return { mode: ObjectLockMode, days: Math.round(days) };
  };

  it.each([
    ['in one call', image.subarray(0, 1_000)],
    ['in parts', image],
  ])('holds a copy %s and its record as long as the plan says', async (_, content) => {
    const bucket = await aLockingBucket();
    const input = await anExport(content, { bucket, retention: { mode: 'GOVERNANCE', days: 30 } });
    const { observed } = await lockable(input);
    const { key } = input.destination;
    expect(await lockOf(bucket, key)).toEqual({ mode: 'GOVERNANCE', days: 30 });
    expect(await lockOf(bucket, `${key}.custody.json`)).toEqual({ mode: 'GOVERNANCE', days: 30 });
    expect((await custodyOf(input)).copy.retention).toEqual({ mode: 'GOVERNANCE', until: observed?.['lockedUntil'] });
  });

  it('is that of the bucket where the plan says nothing', async () => {
    const bucket = await aLockingBucket({ Mode: 'GOVERNANCE', Days: 7 });
    const input = await anExport(image, { bucket });
    await lockable(input);
    expect(await lockOf(bucket, input.destination.key)).toEqual({ mode: 'GOVERNANCE', days: 7 });
    expect((await custodyOf(input)).copy.retention).toMatchObject({ mode: 'GOVERNANCE' });
  });

  it('is not promised where the bucket has none: nothing is copied', async () => {
    const input = await anExport(image.subarray(0, 1_000), { retention: { mode: 'COMPLIANCE', days: 1 } });
    await expect(copy(input)).rejects.toMatchObject({
      type: 'AwsRejected',
      message: expect.stringMatching(/ObjectLockConfiguration/) as string,
    });
    expect(await observeActivities(world().observing).checkAct(input)).toMatchObject({ standing: 'ready' });
  });

  /** The contain role may write into one bucket only; here its account's root copies. */
  const lockable = (input: CopyExport): Promise<ActResult> =>
    s3Contain({ ...world().containing, s3: () => victim().admin.s3 }, nothing, copying).copyExport(input, anApproval);
});
