import {
  DeleteBucketCommand,
  GetBucketReplicationCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { SetBucketReplication } from '../../../src/domain/acts/acts.ts';
import { region } from '../../../src/lab/clients.ts';
import { createBucket } from '../../../src/lab/foundation.ts';
import { incidentKey, unlessNone, type Row } from '../row.ts';

type Configuration = SetBucketReplication['before'];

const rule = (destination: string, Status: 'Enabled' | 'Disabled') => ({
  ID: 'to-them',
  Priority: 1,
  Filter: { Prefix: 'vms/' },
  Status,
  DeleteMarkerReplication: { Status: 'Disabled' as const },
  Destination: { Bucket: `arn:aws:s3:::${destination}` },
});

async function versioned(s3: S3Client, bucket: string): Promise<void> {
  await createBucket(s3, bucket);
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
}

/** Switches the only rule off, which leads to a bucket of somebody else. */
export const setBucketReplication: Row = {
  service: 's3',
  calls: [{ operation: 'PutBucketReplication', action: 's3:PutReplicationConfiguration' }],
  noInverse: null,
  scene: async ({ foundation: { victim, outsider } }, bucket) => {
    const { s3 } = victim.admin;
    const theirs = `${bucket}-theirs`;
    await versioned(outsider.admin.s3, theirs);
    await versioned(s3, bucket);
    const Role = victim.roleArn('replication');
    const configuration = (...Rules: ReturnType<typeof rule>[]) => ({ Role, Rules });
    const write = (ReplicationConfiguration: ReturnType<typeof configuration>) =>
      s3.send(new PutBucketReplicationCommand({ Bucket: bucket, ReplicationConfiguration }));
    const before: Configuration = configuration(rule(theirs, 'Enabled'));
    const after: Configuration = configuration(rule(theirs, 'Disabled'));
    await write(configuration(rule(theirs, 'Enabled')));
    return {
      input: { act: 'setBucketReplication', incidentKey, accountId: victim.id, region, bucket, before, after },
      names: bucket,
      arn: `arn:aws:s3:::${bucket}`,
      state: async () => {
        const found = await unlessNone(s3.send(new GetBucketReplicationCommand({ Bucket: bucket })));
        return (found?.ReplicationConfiguration?.Rules ?? []).map(({ Status = '', Priority = 0 }) => ({
          Status,
          Priority,
        }));
      },
      after: () => [{ Status: 'Disabled', Priority: 1 }],
      change: () => write(configuration({ ...rule(theirs, 'Enabled'), Priority: 2 })),
      remove: () => s3.send(new DeleteBucketCommand({ Bucket: bucket })),
    };
  },
};
