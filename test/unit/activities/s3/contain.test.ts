import { Readable } from 'node:stream';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { s3Contain } from '../../../../activities/s3/contain.ts';
import type { CopyExport, EditBucketPolicy, ReplaceBucketAcl } from '../../../../src/domain/acts/acts.ts';
import { restDigest } from '../../../../src/domain/policy/policy-document.ts';
import { anAwsError, awsDouble, place, throwing } from '../aws-double.ts';

type Answers = Parameters<typeof awsDouble>[0];
const nothing = { principals: [], buckets: [] };
const contain = (answers: Answers, protection = nothing) => s3Contain(awsDouble(answers).clients, protection);
const base = { ...place, incidentKey: 'VMX-ABCDEFGHIJ' };

const edit: EditBucketPolicy = {
  ...base,
  act: 'editBucketPolicy',
  bucket: 'exports',
  add: [{ Sid: 'VMXABCDEFGHIJDeny', Effect: 'Deny' }],
  remove: [],
  removedByPlan: [],
  restDigest: restDigest(null, 'VMXABCDEFGHIJ', []),
  before: null,
};

describe('editing a bucket policy', () => {
  it("asks only for the account's own bucket, and deletes a policy of which nothing is left", async () => {
    let policy: string | undefined = JSON.stringify({ Version: '2012-10-17', Statement: edit.add });
    const owners: unknown[] = [];
    const answers: Answers = {
      GetBucketPolicy: ({ ExpectedBucketOwner }) => {
        owners.push(ExpectedBucketOwner);
        if (policy === undefined) throw anAwsError('NoSuchBucketPolicy', 404);
        return { Policy: policy };
      },
      DeleteBucketPolicy: ({ ExpectedBucketOwner }) => {
        owners.push(ExpectedBucketOwner);
        policy = undefined;
      },
    };
    const undo = { ...edit, add: [], remove: edit.add };
    expect(await contain(answers).editBucketPolicy(undo)).toMatchObject({ status: 'applied' });
    expect(new Set(owners)).toEqual(new Set([place.accountId]));
  });

  it('refuses a protected bucket before it writes anything', async () => {
    const { clients, calls } = awsDouble({ GetBucketPolicy: throwing('NoSuchBucketPolicy', 404) });
    const acting = s3Contain(clients, { principals: [], buckets: ['exp*'] });
    await expect(acting.editBucketPolicy(edit)).rejects.toMatchObject({
      type: 'ResourceProtected',
      nonRetryable: true,
      message: expect.stringContaining('bucket exports is protected by exp*') as string,
    });
    expect(calls).toEqual(['GetBucketPolicy']);
  });

  it('says what is wrong when S3 refuses the policy', async () => {
    const refused = contain({
      GetBucketPolicy: throwing('NoSuchBucketPolicy', 404),
      PutBucketPolicy: throwing('MalformedPolicy', 400),
    }).editBucketPolicy(edit);
    await expect(refused).rejects.toMatchObject({
      type: 'AwsRejected',
      message: expect.stringContaining('writing the policy of bucket exports: MalformedPolicy') as string,
    });
  });
});

describe('replacing an ACL', () => {
  it('writes users, groups and addresses as S3 wants them', async () => {
    const grants = [
      { grantee: { type: 'CanonicalUser' as const, id: 'o' }, permission: 'FULL_CONTROL' },
      {
        grantee: { type: 'Group' as const, uri: 'http://acs.amazonaws.com/groups/s3/LogDelivery' },
        permission: 'WRITE',
      },
    ];
    const before = { ownerId: 'o', grants: grants.slice(0, 1) };
    const input: ReplaceBucketAcl = {
      ...base,
      act: 'replaceBucketAcl',
      bucket: 'b',
      before,
      after: { ownerId: 'o', grants },
    };
    let acl: unknown = {
      Owner: { ID: 'o' },
      Grants: [{ Grantee: { Type: 'CanonicalUser', ID: 'o' }, Permission: 'FULL_CONTROL' }],
    };
    const answers: Answers = {
      GetBucketAcl: () => acl,
      PutBucketAcl: ({ AccessControlPolicy }) => {
        acl = AccessControlPolicy;
        return {};
      },
    };
    expect(await contain(answers).replaceBucketAcl(input)).toMatchObject({ status: 'applied' });
    expect(acl).toMatchObject({
      Owner: { ID: 'o' },
      Grants: [{}, { Grantee: { Type: 'Group', URI: grants[1]!.grantee.uri } }],
    });
  });
});

/** As the SDK answers: a stream that can be read whole. */
const bodyOf = (...chunks: Buffer[]) => {
  const whole = Buffer.concat(chunks);
  return Object.assign(Readable.from(chunks), {
    transformToByteArray: () => Promise.resolve(whole),
    transformToString: () => Promise.resolve(whole.toString()),
  });
};

describe('copying an export', () => {
  const content = Buffer.from('the image');
  const sha256 = createHash('sha256').update(content);
  const approval = { kind: 'pre-approved' as const, action: 'copy-to-forensics', policyDigest: 'p' };
  const digest = sha256.copy().digest('base64');
  const input: CopyExport = {
    ...base,
    act: 'copyExport',
    source: { bucket: 'exports', key: 'vms/a b.ova', size: content.length, etag: '"e"' },
    destination: { accountId: '222222222222', region: 'eu-west-1', bucket: 'forensics', key: 'copies/a.ova' },
  };
  const cloud = (over: Answers = {}, checksum = digest): { answers: Answers; requests: Record<string, unknown>[] } => {
    let copied = false;
    let record: Buffer = Buffer.alloc(0);
    const requests: Record<string, unknown>[] = [];
    const answers: Answers = {
      HeadObject: (request) => {
        requests.push(request);
        if (request.Bucket === 'exports') return { ContentLength: content.length, ETag: '"e"' };
        if (!copied) throw anAwsError('NotFound', 404);
        const Metadata = { 'soar-source-etag': '"e"' };
        return { ContentLength: content.length, Metadata, ChecksumSHA256: checksum, ChecksumType: 'FULL_OBJECT' };
      },
      CopyObject: (request) => {
        requests.push(request);
        copied = true;
        return {};
      },
      GetObject: (request) => {
        requests.push(request);
        if (request.Bucket === 'forensics') return { Body: bodyOf(record) };
        return { Body: bodyOf(content.subarray(0, 3), content.subarray(3)) };
      },
      PutObject: (request) => {
        requests.push(request);
        record = request.Body as Buffer;
        return {};
      },
      ...over,
    };
    return { answers, requests };
  };

  it('says whose bucket each end is, and which object it means', async () => {
    const { answers, requests } = cloud();
    expect(await contain(answers).copyExport(input, approval)).toMatchObject({
      status: 'applied',
      observed: { sha256: sha256.copy().digest('hex'), size: String(content.length) },
    });
    const ends = { exports: '111111111111', forensics: '222222222222' };
    for (const { Bucket, ExpectedBucketOwner } of requests) {
      expect(ExpectedBucketOwner).toBe(ends[Bucket as keyof typeof ends]);
    }
    expect(requests.find(({ CopySource }) => CopySource)).toMatchObject({
      CopySource: 'exports/vms/a%20b.ova',
      CopySourceIfMatch: '"e"',
      ExpectedSourceBucketOwner: '111111111111',
      ChecksumAlgorithm: 'SHA256',
    });
  });

  it('copies where it may not see whether there is a copy, and fails if it cannot read it back', async () => {
    const answers = cloud().answers;
    const head = answers.HeadObject!;
    const blind = (request: Record<string, unknown>) =>
      request.Bucket === 'exports' ? head(request) : throwing('403', 403)();
    await expect(contain({ ...answers, HeadObject: blind }).copyExport(input, approval)).rejects.toMatchObject({
      type: 'AwsAccessDenied',
      message: expect.stringContaining('reading the copy s3://forensics/copies/a.ova') as string,
    });
  });

  it('fails for good when the copy does not hold what the source holds', async () => {
    const other = createHash('sha256').update('something else').digest('base64');
    await expect(contain(cloud({}, other).answers).copyExport(input, approval)).rejects.toMatchObject({
      type: 'AwsRejected',
      message: expect.stringContaining('keep the original') as string,
    });
  });

  it('hashes the content itself where the checksum is one of parts', async () => {
    const answers = cloud().answers;
    const head = answers.HeadObject!;
    const composite = (request: Record<string, unknown>) =>
      request.Bucket === 'exports' ? { ...(head(request) as object), ChecksumSHA256: `${digest}-2` } : head(request);
    expect(await contain({ ...answers, HeadObject: composite }).copyExport(input, approval)).toMatchObject({
      status: 'applied',
    });
  });

  it('says whose key is missing where KMS encrypts the export', async () => {
    const { answers } = cloud({ CopyObject: throwing('AccessDenied', 403), GetObject: throwing('AccessDenied', 403) });
    const head = answers.HeadObject!;
    const SSEKMSKeyId = 'arn:aws:kms:eu-west-1:111111111111:key/k1';
    const encrypted = (request: Record<string, unknown>) => ({ ...(head(request) as object), SSEKMSKeyId });
    await expect(contain({ ...answers, HeadObject: encrypted }).copyExport(input, approval)).rejects.toMatchObject({
      type: 'AwsAccessDenied',
      nonRetryable: true,
      message: expect.stringContaining(
        `encrypted with KMS key ${SSEKMSKeyId}: role arn:aws:iam::111111111111:role/soar-contain needs kms:Decrypt`,
      ) as string,
    });
  });

  it('says what is missing on the side of the copy where the export can be read', async () => {
    const { answers } = cloud({ CopyObject: throwing('AccessDenied', 403) });
    await expect(contain(answers).copyExport(input, approval)).rejects.toMatchObject({
      type: 'AwsAccessDenied',
      message: expect.stringMatching(
        /soar-contain needs .*s3:PutObjectTagging.* on arn:aws:s3:::forensics\/\*, .*bucket of account 222222222222/,
      ) as string,
    });
  });

  describe('that it may not read', () => {
    const refusing = (ownerOfObject: string): Answers => ({
      ...cloud().answers,
      HeadObject: ({ Bucket }) =>
        throwing(Bucket === 'exports' ? '403' : 'NotFound', Bucket === 'exports' ? 403 : 404)(),
      ListObjectsV2: () => ({ Contents: [{ Key: input.source.key, Owner: { ID: ownerOfObject } }] }),
      GetBucketAcl: () => ({ Owner: { ID: 'bucket-owner' } }),
    });

    it('names the other account that the object belongs to', async () => {
      await expect(contain(refusing('somebody-else')).copyExport(input, approval)).rejects.toMatchObject({
        type: 'AwsAccessDenied',
        nonRetryable: true,
        message: expect.stringContaining('belongs to another account, canonical user somebody-else') as string,
      });
    });

    it('names the missing permission where it belongs to the bucket’s owner', async () => {
      await expect(contain(refusing('bucket-owner')).copyExport(input, approval)).rejects.toMatchObject({
        type: 'AwsAccessDenied',
        message: expect.stringContaining(
          'role arn:aws:iam::111111111111:role/soar-contain needs s3:GetObject on arn:aws:s3:::exports/vms/a b.ova',
        ) as string,
      });
    });
  });
});
