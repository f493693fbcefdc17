import {
  DescribeImageAttributeCommand,
  DescribeSnapshotAttributeCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  type EC2Client,
  type LaunchPermission,
} from '@aws-sdk/client-ec2';
import type { SetSharing } from '../../src/domain/acts/acts.ts';
import { aws } from '../aws/failures.ts';

type Resource = SetSharing['resource'];

/** Account ids, ARNs of organisations and their units, `all` for everybody; sorted. Fails `AwsNotFound` when it is gone. */
export async function readSharing(ec2: EC2Client, { type, id }: Resource): Promise<string[]> {
  const permissions = await aws(`reading whom ${type} ${id} is shared with`, async () => {
    if (type === 'image') {
      const question = new DescribeImageAttributeCommand({ ImageId: id, Attribute: 'launchPermission' });
      return (await ec2.send(question)).LaunchPermissions ?? [];
    }
    const question = new DescribeSnapshotAttributeCommand({ SnapshotId: id, Attribute: 'createVolumePermission' });
    return (await ec2.send(question)).CreateVolumePermissions ?? [];
  });
  return permissions.flatMap(granteesOf).sort();
}

const granteesOf = ({ UserId, Group, OrganizationArn, OrganizationalUnitArn }: LaunchPermission): string[] =>
  [UserId, Group, OrganizationArn, OrganizationalUnitArn].filter((who) => who !== undefined);

/** One call: for snapshots EC2 takes shares away or gives them, not both at once. */
export async function writeSharing(ec2: EC2Client, { resource, before, after }: SetSharing): Promise<void> {
  const { type, id } = resource;
  const removed = before.filter((who) => !after.includes(who)).map(permissionOf);
  const added = after.filter((who) => !before.includes(who)).map(permissionOf);
  const change = { ...(removed.length > 0 ? { Remove: removed } : {}), ...(added.length > 0 ? { Add: added } : {}) };
  await aws(`changing whom ${type} ${id} is shared with`, () =>
    type === 'image'
      ? ec2.send(new ModifyImageAttributeCommand({ ImageId: id, LaunchPermission: change }))
      : ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId: id, CreateVolumePermission: change })),
  );
}

function permissionOf(who: string): LaunchPermission {
  if (who === 'all') return { Group: 'all' };
  if (!who.startsWith('arn:')) return { UserId: who };
  return who.includes(':ou/') ? { OrganizationalUnitArn: who } : { OrganizationArn: who };
}
