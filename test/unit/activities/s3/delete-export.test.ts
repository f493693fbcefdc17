import { describe, expect, it } from 'vitest';
import { s3Contain } from '../../../../activities/s3/contain.ts';
import { s3Observe } from '../../../../activities/s3/observe.ts';
import type { DeleteExport } from '../../../../src/domain/acts/acts.ts';
import { anAwsError, awsDouble, place, throwing } from '../aws-double.ts';

type Answers = Parameters<typeof awsDouble>[0];
const key = 'vms/export.ova';
const version = (versionId: string) => ({ versionId, etag: '"e"', size: 7, deleteMarker: false });
const input: DeleteExport = {
  ...place,
  incidentKey: 'VMX-ABCDEFGHIJ',
  act: 'deleteExport',
  source: { bucket: 'exports', key, size: 7, etag: '"e"' },
  versions: [version('v2'), version('v1')],
  copy: { accountId: '222222222222', region: 'eu-west-1', bucket: 'forensics', key: 'copies/export.ova' },
};

const custody = {
  incidentKey: input.incidentKey,
  source: { bucket: 'exports', key, size: 7, etag: '"e"' },
  copy: { bucket: 'forensics', key: 'copies/export.ova', etag: '"c"', versionId: 'c1' },
};
const copied = {
  ContentLength: 7,
  ETag: '"c"',
  VersionId: 'c1',
  ChecksumSHA256: Buffer.alloc(32).toString('base64'),
  ChecksumType: 'FULL_OBJECT',
  Metadata: { 'soar-source-etag': '"e"' },
};
const body = (record: unknown) => ({
  ContentLength: 1,
  Body: { transformToString: () => Promise.resolve(JSON.stringify(record)) },
});

/** A bucket with both versions, a proved copy, and S3 deleting what it is asked to. */
function world(answers: Answers = {}) {
  const versions = ['v2', 'v1'];
  const listed = (VersionId: string) => ({ Key: key, VersionId, ETag: '"e"', Size: 7 });
  const double = awsDouble({
    ListObjectVersions: () => ({ Versions: versions.map(listed) }),
    HeadObject: ({ Bucket }) => (Bucket === 'forensics' ? copied : {}),
    GetObject: () => body(custody),
    DeleteObject: ({ VersionId }) => {
      versions.splice(versions.indexOf(VersionId as string), 1);
    },
    ...answers,
  });
  return {
    ...double,
    versions,
    act: (buckets: string[] = []) => s3Contain(double.clients, { principals: [], buckets }).deleteExport(input),
  };
}

describe('deleting an export', () => {
  it('deletes each version by its id, in the bucket of the account alone', async () => {
    const asked: unknown[] = [];
    const { act, versions } = world({
      DeleteObject: (request) => {
        asked.push(request);
        versions.shift();
      },
    });
    expect(await act()).toMatchObject({ status: 'applied' });
    const object = { Bucket: 'exports', Key: key, ExpectedBucketOwner: place.accountId, RequestPayer: 'requester' };
    expect(asked).toEqual([
      { ...object, VersionId: 'v2' },
      { ...object, VersionId: 'v1' },
    ]);
  });

  it.each<[string, Answers]>([
    ['there is no copy', { HeadObject: throwing('NotFound', 404) }],
    ['the copy is of another export', { HeadObject: () => ({ ...copied, Metadata: { 'soar-source-etag': '"x"' } }) }],
    ['the copy has no record', { GetObject: throwing('NoSuchKey', 404) }],
    ['the record is of another incident', { GetObject: () => body({ ...custody, incidentKey: 'VMX-OTHER' }) }],
    [
      'the record is of another export',
      { GetObject: () => body({ ...custody, source: { ...custody.source, etag: '"x"' } }) },
    ],
    [
      'the record is of a copy that is not there',
      { GetObject: () => body({ ...custody, copy: { ...custody.copy, versionId: 'c0' } }) },
    ],
  ])('deletes nothing when %s', async (_what, answers) => {
    const { act, calls } = world(answers);
    await expect(act()).rejects.toMatchObject({
      type: 'AwsRejected',
      message: expect.stringMatching(/^s3:\/\/exports\/vms\/export.ova is kept/) as string,
    });
    expect(calls).not.toContain('DeleteObject');
  });

  it('deletes nothing of a protected bucket', async () => {
    const { act, calls } = world();
    await expect(act(['exp*'])).rejects.toMatchObject({ type: 'ResourceProtected' });
    expect(calls).toEqual(['ListObjectVersions']);
  });

  it('says which version a lock keeps and until when, and deletes the others', async () => {
    const until = new Date(Date.now() + 86_400_000);
    const { act, versions } = world({
      DeleteObject: ({ VersionId }) => {
        if (VersionId === 'v2') throw anAwsError('AccessDenied', 403);
        versions.pop();
      },
      HeadObject: ({ Bucket }) =>
        Bucket === 'forensics'
          ? copied
          : { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: 'ON' },
    });
    await expect(act()).rejects.toMatchObject({
      type: 'AwsRejected',
      message: expect.stringContaining(
        `version v2 under a legal hold and locked until ${until.toISOString()} (COMPLIANCE)`,
      ) as string,
    });
    expect(versions).toEqual(['v2']);
  });

  it('passes on a refusal that no lock explains', async () => {
    const { act } = world({ DeleteObject: throwing('AccessDenied', 403) });
    await expect(act()).rejects.toMatchObject({ type: 'AwsAccessDenied' });
  });
});

describe('listing the versions of the export', () => {
  const object = { ContentLength: 7, ETag: '"e"', LastModified: new Date(0) };
  const describeObject = (answers: Answers) =>
    s3Observe(awsDouble({ HeadObject: () => object, ...answers }).clients).describeExportObject({
      ...place,
      bucket: 'exports',
      key,
    });

  it('takes all pages of exactly this key, delete markers too, and stops at the next key', async () => {
    const pages = [
      {
        Versions: [{ Key: key, VersionId: 'v3', ETag: '"e"', Size: 7 }],
        DeleteMarkers: [{ Key: key, VersionId: 'v2' }],
        IsTruncated: true,
        NextKeyMarker: key,
        NextVersionIdMarker: 'v2',
      },
      {
        Versions: [
          { Key: key, VersionId: 'v1', ETag: '"e"', Size: 7 },
          { Key: `${key}.bak`, VersionId: 'b1', ETag: '"b"', Size: 1 },
        ],
        IsTruncated: true,
        NextKeyMarker: `${key}.bak`,
      },
    ];
    const asked: unknown[] = [];
    const facts = await describeObject({
      ListObjectVersions: ({ KeyMarker, VersionIdMarker, Prefix }) => {
        asked.push({ KeyMarker, VersionIdMarker, Prefix });
        return pages[asked.length - 1];
      },
    });
    expect(facts?.versions).toEqual([
      version('v3'),
      { versionId: 'v2', etag: '', size: 0, deleteMarker: true },
      version('v1'),
    ]);
    expect(asked).toEqual([{ Prefix: key }, { KeyMarker: key, VersionIdMarker: 'v2', Prefix: key }]);
  });

  it('does not read a key of endless versions to its end', async () => {
    let page = 0;
    const facts = await describeObject({
      ListObjectVersions: () => ({
        Versions: Array.from({ length: 60 }, (_, index) => ({ Key: key, VersionId: `${page}-${index}`, ETag: '"e"' })),
        IsTruncated: true,
        NextKeyMarker: key,
        NextVersionIdMarker: `${page++}`,
      }),
    });
    expect([facts?.versions?.length, page]).toEqual([101, 2]);
  });

  it('says why it could not', async () => {
    const facts = await describeObject({ ListObjectVersions: throwing('AccessDenied', 403) });
    expect(facts).toMatchObject({ versionsGap: expect.stringContaining('AwsAccessDenied') as string });
    expect(facts).not.toHaveProperty('versions');
  });
});
