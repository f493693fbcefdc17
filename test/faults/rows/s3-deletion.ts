import { ListObjectVersionsCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectVersion } from '../../../src/domain/findings/facts.ts';
import { region } from '../../../src/lab/clients.ts';
import { createBucket } from '../../../src/lab/foundation.ts';
import { putProvedCopy } from '../../support/proved-copy.ts';
import { incidentKey, type Row } from '../row.ts';

const image = Buffer.alloc(64 * 1024, 'image');

/** Deletes an export that was written twice, in a bucket with versioning: one call for each version. */
export const deleteExport: Row = {
  service: 's3',
  calls: [
    { operation: 'DeleteObject', action: 's3:DeleteObjectVersion' },
    { operation: 'DeleteObject', action: 's3:DeleteObjectVersion' },
  ],
  consistent: 'S3 lists what there is as soon as it has confirmed it; only settings of buckets lag behind',
  noInverse: 'nothing brings a deleted version back; the copy is what stays',
  scene: async ({ foundation: { victim, forensics, buckets } }, name) => {
    const { s3 } = victim.admin;
    const place = { Bucket: name, Key: 'vms/export-i-1.ova' };
    await createBucket(s3, name);
    await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }));
    const write = () => s3.send(new PutObjectCommand({ ...place, Body: image }));
    const [first, second] = [await write(), await write()];
    const version = ({ VersionId: versionId = '', ETag: etag = '' }): ObjectVersion => ({
      versionId,
      etag,
      size: image.length,
      deleteMarker: false,
    });
    const copied = {
      incidentKey,
      accountId: victim.id,
      region,
      source: { bucket: name, key: place.Key, size: image.length, etag: second.ETag ?? '' },
      destination: {
        accountId: forensics.id,
        region,
        bucket: buckets.forensics,
        key: `exports/${incidentKey}/${name}.ova`,
      },
    };
    await putProvedCopy(forensics.admin.s3, copied, image);
    const { destination: copy, ...rest } = copied;
    return {
      input: { act: 'deleteExport', ...rest, versions: [version(second), version(first)], copy },
      names: name,
      callNames: [second.VersionId ?? '', first.VersionId ?? ''],
      arn: `arn:aws:s3:::${name}/${place.Key}`,
      state: async () => {
        const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: name }));
        return Versions.map(({ VersionId = '' }) => VersionId);
      },
      after: () => [],
      change: () => s3.send(new PutObjectCommand({ ...place, Body: 'another image' })),
      remove: 'an export that is gone is what the act is for',
    };
  },
};
