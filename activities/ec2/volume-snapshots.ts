import {
  CreateSnapshotsCommand,
  DescribeVolumesCommand,
  paginateDescribeSnapshots,
  type EC2Client,
  type Filter,
} from '@aws-sdk/client-ec2';
import type { SnapshotVolumes } from '../../src/domain/acts/acts.ts';
import type { SnapshotsState } from '../../src/domain/acts/standing-of-copies.ts';
import { aws } from '../aws/failures.ts';

/** The instance's volumes, and the snapshots that carry the tags of this act. */
export async function readSnapshots(ec2: EC2Client, { instanceId, tags }: SnapshotVolumes): Promise<SnapshotsState> {
  const Filters = [{ Name: 'attachment.instance-id', Values: [instanceId] }];
  const [{ Volumes = [] }, snapshots] = await Promise.all([
    aws(`reading the volumes of instance ${instanceId}`, () => ec2.send(new DescribeVolumesCommand({ Filters }))),
    aws(`reading the snapshots of instance ${instanceId}`, () => ownSnapshots(ec2, tags)),
  ]);
  return { volumeIds: Volumes.flatMap(({ VolumeId }) => VolumeId ?? []).sort(), snapshots };
}

async function ownSnapshots(ec2: EC2Client, tags: Record<string, string>): Promise<SnapshotsState['snapshots']> {
  const Filters: Filter[] = Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
  const found: SnapshotsState['snapshots'] = [];
  for await (const page of paginateDescribeSnapshots({ client: ec2, pageSize: 200 }, { OwnerIds: ['self'], Filters })) {
    for (const { SnapshotId = '', VolumeId = '', State = 'pending' } of page.Snapshots ?? []) {
      found.push({ snapshotId: SnapshotId, volumeId: VolumeId, state: State });
    }
  }
  return found;
}

/** All volumes, also where one has a snapshot already: only what is of one moment fits together. */
export async function takeSnapshots(ec2: EC2Client, { incidentKey, instanceId, tags }: SnapshotVolumes): Promise<void> {
  const command = new CreateSnapshotsCommand({
    InstanceSpecification: { InstanceId: instanceId },
    Description: `evidence of incident ${incidentKey}`,
    TagSpecifications: [
      { ResourceType: 'snapshot', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
    ],
  });
  await aws(`taking snapshots of the volumes of instance ${instanceId}`, () => ec2.send(command));
}
