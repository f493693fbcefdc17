import { Readable } from 'node:stream';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { s3Contain } from '../../../../activities/s3/contain.ts';
import type { CopyExport, EditBucketPolicy, ReplaceBucketAcl } from '../../../../src/domain/acts.ts';
import { restDigest } from '../../../../src/domain/policy-document.ts';
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

describe('copying an export', () => {
  const content = Buffer.from('the image');
  const sha256 = createHash('sha256').update(content);
  const digest = sha256.copy().digest('base64');
  const input: CopyExport = {
    ...base,
    act: 'copyExport',
    source: { bucket: 'exports', key: 'vms/a b.ova', size: content.length, etag: '"e"' },
    destination: { accountId: '222222222222', region: 'eu-west-1', bucket: 'forensics', key: 'copies/a.ova' },
  };
  const cloud = (over: Answers = {}, checksum = digest): { answers: Answers; requests: Record<string, unknown>[] } => {
    let copied = false;
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
        return { Body: Readable.from([content.subarray(0, 3), content.subarray(3)]) };
      },
      ...over,
    };
    return { answers, requests };
  };

  it('says whose bucket each end is, and which object it means', async () => {
    const { answers, requests } = cloud();
    expect(await contain(answers).copyExport(input)).toMatchObject({
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
    await expect(contain({ ...answers, HeadObject: blind }).copyExport(input)).rejects.toMatchObject({
      type: 'AwsAccessDenied',
      message: expect.stringContaining('reading the copy s3://forensics/copies/a.ova') as string,
    });
  });

  it('fails for good when the copy does not hold what the source holds', async () => {
    const other = createHash('sha256').update('something else').digest('base64');
    await expect(contain(cloud({}, other).answers).copyExport(input)).rejects.toMatchObject({
      type: 'AwsRejected',
      message: expect.stringContaining('keep the original') as string,
    });
  });

  it('hashes the content itself where the checksum is one of parts', async () => {
    const answers = cloud().answers;
    const head = answers.HeadObject!;
    const composite = (request: Record<string, unknown>) =>
      request.Bucket === 'exports' ? { ...(head(request) as object), ChecksumSHA256: `${digest}-2` } : head(request);
    expect(await contain({ ...answers, HeadObject: composite }).copyExport(input)).toMatchObject({ status: 'applied' });
  });
});
