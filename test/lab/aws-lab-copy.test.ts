import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FORENSICS, startAwsLab, VICTIM, type AwsLab } from '../../src/lab/aws/aws-lab.ts';
import { allow, createUser, labClients, policy, type Credentials } from './support/scene.ts';

const IMAGE = Buffer.alloc(6 * 1024 * 1024, 'evidence');
const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('base64');
const KEY = 'vms/export-i-1.ova';

let lab: AwsLab;
let collector: Credentials;
beforeAll(async () => {
  lab = await startAwsLab();
});
afterAll(() => lab.stop());
beforeEach(async () => {
  await lab.control.reset();
  const victim = labClients(lab, lab.root(VICTIM)).s3;
  await victim.send(new CreateBucketCommand({ Bucket: 'exports' }));
  await victim.send(new PutObjectCommand({ Bucket: 'exports', Key: KEY, Body: IMAGE, Metadata: { origin: 'lab' } }));
  const vault = labClients(lab, lab.root(FORENSICS)).s3;
  await vault.send(new CreateBucketCommand({ Bucket: 'vault' }));
  const versioning = { Bucket: 'vault', VersioningConfiguration: { Status: 'Enabled' as const } };
  await vault.send(new PutBucketVersioningCommand(versioning));
  collector = await createUser(lab, FORENSICS, 'collector', allow('s3:*'));
});

const share = (bucket: string, owner: string, ...statements: object[]) =>
  labClients(lab, lab.root(owner)).s3.send(
    new PutBucketPolicyCommand({ Bucket: bucket, Policy: policy(...statements) }),
  );
const mayRead = (principal: string) => ({
  Effect: 'Allow',
  Principal: { AWS: principal },
  Action: ['s3:GetObject', 's3:GetObjectTagging'],
  Resource: 'arn:aws:s3:::exports/*',
});
const copy = (credentials: Credentials, more = {}) =>
  labClients(lab, credentials).s3.send(
    new CopyObjectCommand({ Bucket: 'vault', Key: 'copy.ova', CopySource: `exports/${KEY}`, ...more }),
  );
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

describe('a copy from a bucket of another account', () => {
  it('arrives whole, with metadata, a version and a SHA-256 checksum', async () => {
    await share('exports', VICTIM, mayRead(`arn:aws:iam::${FORENSICS}:user/collector`));
    const reply = await copy(collector, { ChecksumAlgorithm: 'SHA256' });
    expect(reply.CopyObjectResult!.ChecksumSHA256).toBe(sha256(IMAGE));
    expect(reply.VersionId).toEqual(expect.any(String));

    const { s3 } = labClients(lab, collector);
    const object = { Bucket: 'vault', Key: 'copy.ova' };
    const head = await s3.send(new HeadObjectCommand({ ...object, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ChecksumSHA256: sha256(IMAGE), Metadata: { origin: 'lab' } });
    const wanted = { ...object, ObjectAttributes: ['Checksum' as const, 'ObjectSize' as const] };
    const attributes = await s3.send(new GetObjectAttributesCommand(wanted));
    expect(attributes).toMatchObject({ Checksum: { ChecksumSHA256: sha256(IMAGE) }, ObjectSize: IMAGE.length });
    const { Body } = await s3.send(new GetObjectCommand(object));
    expect(IMAGE.equals(await Body!.transformToByteArray())).toBe(true);
  });

  it('is refused to a caller whom the source does not let read', async () => {
    await expect(copy(collector)).rejects.toMatchObject(denied);
    await share('exports', VICTIM, mayRead(`arn:aws:iam::${FORENSICS}:user/other`));
    await expect(copy(collector)).rejects.toMatchObject(denied);
    const locked = { ...mayRead('*'), Effect: 'Deny', Principal: '*', Resource: 'arn:aws:s3:::exports/vms/*' };
    await share('exports', VICTIM, mayRead(`arn:aws:iam::${FORENSICS}:root`), locked);
    await expect(copy(collector)).rejects.toMatchObject(denied);
  });

  it('is refused to a caller whose own policy lacks either side', async () => {
    await share('exports', VICTIM, mayRead(`arn:aws:iam::${FORENSICS}:root`));
    const readOnly = await createUser(lab, FORENSICS, 'reader', allow('s3:GetObject'));
    const writeOnly = await createUser(lab, FORENSICS, 'writer', allow('s3:PutObject'));
    await expect(copy(readOnly)).rejects.toMatchObject(denied);
    await expect(copy(writeOnly)).rejects.toMatchObject(denied);
  });

  it('may be pushed by the owner of the source, when the destination lets it write', async () => {
    const ann = await createUser(lab, VICTIM, 'ann', allow('s3:*'));
    await expect(copy(ann)).rejects.toMatchObject(denied);
    const write = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${VICTIM}:user/ann` }, Action: 's3:PutObject' };
    await share('vault', FORENSICS, { ...write, Resource: 'arn:aws:s3:::vault/*' });
    expect((await copy(ann)).CopyObjectResult!.ETag).toEqual(expect.any(String));
  });

  it('can be made in parts, with the checksum of the parts', async () => {
    await share('exports', VICTIM, mayRead(`arn:aws:iam::${FORENSICS}:root`));
    const { s3 } = labClients(lab, collector);
    const object = { Bucket: 'vault', Key: 'copy.ova' };
    const started = await s3.send(new CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm: 'SHA256' }));
    const upload = { ...object, UploadId: started.UploadId };
    const parts = [];
    for (const [index, range] of ['bytes=0-5242879', `bytes=5242880-${IMAGE.length - 1}`].entries()) {
      const part = { ...upload, PartNumber: index + 1, CopySource: `exports/${KEY}`, CopySourceRange: range };
      const { CopyPartResult } = await s3.send(new UploadPartCopyCommand(part));
      parts.push({ PartNumber: index + 1, ETag: CopyPartResult!.ETag, ChecksumSHA256: CopyPartResult!.ChecksumSHA256 });
    }
    expect(parts[0]!.ChecksumSHA256).toBe(sha256(IMAGE.subarray(0, 5_242_880)));
    const done = await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }));
    expect(done.ChecksumSHA256).toMatch(/-2$/);
    const { Body } = await s3.send(new GetObjectCommand(object));
    expect(IMAGE.equals(await Body!.transformToByteArray())).toBe(true);
  });

  it('in parts is refused like a whole one', async () => {
    const { s3 } = labClients(lab, collector);
    const object = { Bucket: 'vault', Key: 'copy.ova' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(object));
    const part = new UploadPartCopyCommand({ ...object, UploadId, PartNumber: 1, CopySource: `exports/${KEY}` });
    await expect(s3.send(part)).rejects.toMatchObject(denied);
  });
});

it('a copy from a missing bucket says so', async () => {
  const missing = { CopySource: 'missing/key' };
  await expect(copy(collector, missing)).rejects.toMatchObject({ name: 'NoSuchBucket' });
});
