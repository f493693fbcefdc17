import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketRequestPaymentCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CopyExport, DeleteExport } from '../../src/domain/acts/acts.ts';
import { region } from '../../src/lab/clients.ts';
import { incidentKey, named } from './activities-world.ts';
import { acting } from './support/acting.ts';
import { actScenes, image } from './support/act-scenes.ts';

const worker = acting();
const { world, victim, base, act, observe, mutations } = worker;
const { aCopy, aDeletion } = actScenes(worker);

describe('copying an export into the forensics account', () => {
  it('leaves one object with the same content and its SHA-256 on record', async () => {
    const input = await aCopy();
    const { observed } = await act(input);
    expect(observed).toMatchObject({
      sha256: createHash('sha256').update(image).digest('hex'),
      size: String(image.length),
      versionId: expect.any(String) as string,
    });
    await act(input);
    const { s3 } = world().foundation.forensics.admin;
    const { bucket, key } = input.destination;
    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }));
    expect(Versions?.map(({ Key }) => Key)).toEqual([key, `${key}.custody.json`]);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(image)).toBe(true);
    const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    expect(Metadata).toEqual({ 'soar-source-etag': input.source.etag, 'soar-incident': incidentKey });
  });

  it('offers to pay, where the forensics bucket asks that of other accounts', async () => {
    const { forensics, buckets } = world().foundation;
    const pays = (Payer: 'Requester' | 'BucketOwner') =>
      forensics.admin.s3.send(
        new PutBucketRequestPaymentCommand({ Bucket: buckets.forensics, RequestPaymentConfiguration: { Payer } }),
      );
    const input = await aCopy();
    await pays('Requester');
    expect(await act(input)).toMatchObject({ status: 'applied' });
    expect(await act(input)).toMatchObject({ status: 'already' });
    await pays('BucketOwner');
  });

  it("takes the source's own checksum where S3 keeps one", async () => {
    const input = await aCopy();
    const { bucket, key } = input.source;
    await victim().admin.s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: image, ChecksumAlgorithm: 'SHA256' }),
    );
    expect(await act(input)).toMatchObject({ status: 'applied' });
    const reads = await world().lab.control.trail({ eventName: 'GetObject' });
    expect(reads.filter(({ requestParameters }) => JSON.stringify(requestParameters).includes(bucket))).toEqual([]);
  });
});

describe('deleting the original', () => {
  const versioned = async (objectLock = false) => {
    const bucket = named('exports');
    const { s3 } = victim().admin;
    await s3.send(
      new CreateBucketCommand({
        Bucket: bucket,
        CreateBucketConfiguration: { LocationConstraint: region },
        ObjectLockEnabledForBucket: objectLock,
      }),
    );
    const VersioningConfiguration = { Status: 'Enabled' as const };
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    return { bucket, s3 };
  };
  const deletionOf = async (bucket: string, key: string): Promise<DeleteExport> => {
    const { s3 } = victim().admin;
    const { ETag: etag = '' } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: image }));
    const source = { bucket, key, size: image.length, etag };
    const copy: CopyExport = { ...(await aCopy()), source };
    await act(copy);
    const { versions = [] } = (await observe().describeExportObject({ ...base(), bucket, key })) ?? {};
    return { ...base(), act: 'deleteExport', source, versions, copy: copy.destination };
  };
  const versionsIn = async (bucket: string) => {
    const { Versions = [], DeleteMarkers = [] } = await victim().admin.s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket }),
    );
    return [...Versions, ...DeleteMarkers].map(({ Key }) => Key);
  };

  it('leaves no version and no delete marker of the export, and every other key', async () => {
    const { bucket, s3 } = await versioned();
    const key = 'vms/export-i-1.ova';
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${key}.notes`, Body: 'stays' }));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: image }));
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    const input = await deletionOf(bucket, key);
    expect(input.versions.map(({ deleteMarker }) => deleteMarker)).toEqual([false, false, true]);
    expect(await act(input)).toMatchObject({ status: 'applied' });
    expect(await versionsIn(bucket)).toEqual([`${key}.notes`]);
    expect(await observe().checkAct(input)).toMatchObject({ standing: 'done' });
    expect(
      await observe().checkAct({ ...(await aCopy()), source: input.source, destination: input.copy }),
    ).toMatchObject({
      standing: 'done',
    });
  });

  it('goes on with what an attempt left that was killed between two versions', async () => {
    const { bucket, s3 } = await versioned();
    const key = 'vms/export-i-1.ova';
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: image }));
    const input = await deletionOf(bucket, key);
    const [first] = input.versions;
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: first?.versionId }));
    expect(await act(input)).toMatchObject({ status: 'applied' });
    expect(await versionsIn(bucket)).toEqual([]);
  });

  it('says which version Object Lock keeps and until when', async () => {
    const { bucket, s3 } = await versioned(true);
    const key = 'vms/export-i-1.ova';
    const input = await deletionOf(bucket, key);
    const RetainUntilDate = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
    const [{ versionId: VersionId } = { versionId: '' }] = input.versions;
    await s3.send(
      new PutObjectRetentionCommand({
        Bucket: bucket,
        Key: key,
        VersionId,
        Retention: { Mode: 'GOVERNANCE', RetainUntilDate },
      }),
    );
    await expect(act(input)).rejects.toMatchObject({
      type: 'AwsRejected',
      message: expect.stringContaining(
        `version ${VersionId} locked until ${RetainUntilDate.toISOString()} (GOVERNANCE)`,
      ) as string,
    });
    expect(await versionsIn(bucket)).toEqual([key]);
  });

  it('keeps the original whose copy has gone', async () => {
    const input = await aDeletion();
    const { s3 } = world().foundation.forensics.admin;
    await s3.send(new DeleteObjectCommand({ Bucket: input.copy.bucket, Key: input.copy.key }));
    const before = await mutations('DeleteObject');
    await expect(act(input)).rejects.toMatchObject({ nonRetryable: true });
    expect(await mutations('DeleteObject')).toBe(before);
  });
});
