import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { AwsClients } from '../aws/clients.ts';
import { aws, orGap, unlessAbsent } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import type { S3Observe } from './contract.ts';
import { describeBucket } from './describe-bucket.ts';
import { listVersions } from './list-versions.ts';
import { requesterPays } from './requester-pays.ts';
import { readAccessLogs, defaultLogBudget } from './read-access-logs.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

export function s3Observe(clients: AwsClients, logBudget = defaultLogBudget): S3Observe {
  return {
    describeBucket(input) {
      return describeBucket(clients, input);
    },

    async describeExportObject({ bucket, key, ...place }) {
      const s3 = clients.s3(place);
      const reading = aws(`reading object s3://${bucket}/${key} (HEAD, by s3:GetObject)`, () =>
        s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ...requesterPays })),
      );
      const object = await unlessAbsent(reading, null);
      if (!object) return null;
      const gaps: Gap[] = [];
      const listing = listVersions(s3, { bucket, key, accountId: place.accountId });
      const versions = await orGap(gaps, 'versions', undefined, listing);
      return {
        bucket,
        key,
        size: object.ContentLength ?? 0,
        etag: object.ETag ?? '',
        ...given({ versionId: object.VersionId }),
        lastModified: (object.LastModified ?? new Date(0)).toISOString(),
        ...given({ versions, versionsGap: gaps[0]?.why }),
      };
    },

    readAccessLogs(input) {
      return readAccessLogs(clients.s3(input), input, logBudget);
    },
  };
}
