import {
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ObjectVersion as ListedVersion,
  type S3Client,
} from '@aws-sdk/client-s3';
import { mostVersions } from '../../src/domain/plan/deletion-plan.ts';
import type { ObjectVersion } from '../../src/domain/findings/facts.ts';
import { aws, unlessAbsent } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import { requesterPays } from './requester-pays.ts';

/**
 * Everything under exactly this key, the newest first, at most one more than a plan may hold; nothing where there is no
 * such bucket. S3 lists by prefix and in the order of keys, so the key itself comes first.
 */
export async function listVersions(
  s3: S3Client,
  { bucket, key, accountId }: { bucket: string; key: string; accountId: string },
): Promise<ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  const place = { Bucket: bucket, ExpectedBucketOwner: accountId, ...requesterPays };
  let marker: Marker | null = {};
  while (marker) {
    const page: Page = await listPage(s3, { ...place, Prefix: key, ...marker });
    const own = page.entries.filter(({ Key }) => Key === key).map(versionOf);
    found.push(...own);
    const goesOn = own.length === page.entries.length && found.length <= mostVersions;
    marker = goesOn ? page.next : null;
  }
  return found.slice(0, mostVersions + 1);
}

type Marker = Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'>;
type Entry = Partial<Pick<ListedVersion, 'Key' | 'VersionId' | 'ETag' | 'Size'>>;
interface Page {
  entries: Entry[];
  next: Marker | null;
}

async function listPage(s3: S3Client, request: ListObjectVersionsCommandInput): Promise<Page> {
  const { Bucket = '', Prefix = '' } = request;
  const listing = aws(`listing the versions of s3://${Bucket}/${Prefix}`, () =>
    s3.send(new ListObjectVersionsCommand(request)),
  );
  const page = await unlessAbsent(listing, null);
  const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page ?? {};
  return {
    entries: [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])],
    next: page?.IsTruncated ? given({ KeyMarker, VersionIdMarker }) : null,
  };
}

const versionOf = ({ VersionId = 'null', ETag, Size = 0 }: Entry): ObjectVersion => ({
  versionId: VersionId,
  etag: ETag ?? '',
  size: Size,
  deleteMarker: ETag === undefined,
});
