import { DescribeSnapshotsCommand, DescribeVolumesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { ImageSourceFacts } from '../../src/domain/findings/facts.ts';
import { some } from '../../src/domain/findings/finding.ts';
import { aws } from '../aws/failures.ts';
import { given } from '../aws/given.ts';

type Found = Pick<ImageSourceFacts, 'byDisks' | 'otherDisks' | 'madeAt'> & { instanceId: string };

/**
 * Whose disks an image holds that was registered from snapshots: of the machine that has the volumes now which these were taken
 * of. A copied snapshot names no volume. Where disks of two machines are in one image, no machine stands for it.
 */
export async function machineOfDisks(ec2: EC2Client, imageId: string, ids: string[]): Promise<Found | { why: string }> {
  const what = `reading what the disks of image ${imageId} are snapshots of`;
  const { Snapshots = [] } = await aws(what, () =>
    ec2.send(new DescribeSnapshotsCommand({ Filters: [{ Name: 'snapshot-id', Values: ids }] })),
  );
  const volumeIds = [...new Set(Snapshots.flatMap(({ VolumeId }) => VolumeId ?? []))];
  if (volumeIds.length === 0) return { why: `its disks ${some(ids)} are of no volume that EC2 names` };
  const { Volumes = [] } = await aws(what, () =>
    ec2.send(new DescribeVolumesCommand({ Filters: [{ Name: 'volume-id', Values: volumeIds }] })),
  );
  const holders = new Map(
    Volumes.map(({ VolumeId, Attachments = [] }) => [
      VolumeId,
      Attachments.flatMap(({ InstanceId }) => InstanceId ?? []),
    ]),
  );
  const disks = Snapshots.flatMap(({ SnapshotId: snapshotId = '', VolumeId: volumeId = '', StartTime }) =>
    (holders.get(volumeId) ?? []).map((instanceId) => ({ snapshotId, volumeId, instanceId, at: StartTime })),
  );
  const machines = [...new Set(disks.map(({ instanceId }) => instanceId))];
  const [instanceId] = machines;
  if (instanceId === undefined) return { why: `no machine has the volumes of its disks ${some(ids)} now` };
  if (machines.length > 1) {
    const which = disks.map(({ snapshotId, instanceId: holder }) => `${snapshotId} of ${holder}`);
    return { why: `its disks are of several machines: ${some(which)}` };
  }
  const others = ids.filter((id) => disks.every(({ snapshotId }) => snapshotId !== id));
  const [oldest] = disks.flatMap(({ at }) => at?.toISOString() ?? []).sort();
  return {
    instanceId,
    byDisks: disks.map(({ snapshotId, volumeId }) => ({ snapshotId, volumeId })),
    ...(others.length > 0 ? { otherDisks: others } : {}),
    ...given({ madeAt: oldest }),
  };
}
