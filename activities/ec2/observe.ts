import { DescribeInstancesCommand, DescribeVolumesCommand, type Tag } from '@aws-sdk/client-ec2';
import { failureTypes } from '../../src/domain/failures.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, failure, notYet } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import type { Ec2Observe } from './contract.ts';
import { describeCopies } from './describe-copies.ts';
import { readExportTask } from './export-task.ts';
import { readEbsEncryption } from './targets.ts';

const tagsOf = (tags: Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));

/** `polling`: first and longest wait between two looks at a running export, in milliseconds. */
export function ec2Observe(clients: AwsClients, polling = { first: 2_000, longest: 300_000 }): Ec2Observe {
  return {
    async describeInstance({ instanceId, ...place }) {
      const ec2 = clients.ec2(place);
      const what = `reading instance ${instanceId}`;
      const [instances, volumes] = await Promise.all([
        aws(what, () => ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }))),
        aws(`reading the volumes of instance ${instanceId}`, () =>
          ec2.send(new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [instanceId] }] })),
        ),
      ]);
      const instance = instances.Reservations?.[0]?.Instances?.[0];
      if (!instance)
        throw failure(failureTypes.notFound, `${what}: EC2 does not know it any more; CloudTrail still does`);
      return {
        instanceId,
        state: instance.State?.Name ?? 'unknown',
        ...given({
          imageId: instance.ImageId,
          platform: instance.PlatformDetails ?? instance.Platform,
          launchTime: instance.LaunchTime?.toISOString(),
          instanceProfileArn: instance.IamInstanceProfile?.Arn,
        }),
        tags: tagsOf(instance.Tags),
        volumes: (volumes.Volumes ?? []).map(({ VolumeId = '', Encrypted = false, Size = 0 }) => ({
          volumeId: VolumeId,
          encrypted: Encrypted,
          sizeGiB: Size,
        })),
      };
    },

    describeExportTask({ exportTaskId, ...place }) {
      return readExportTask(clients.ec2(place), exportTaskId);
    },

    async awaitExportTask({ exportTaskId, ...place }) {
      const task = await readExportTask(clients.ec2(place), exportTaskId);
      if (task.state === 'completed' || task.state === 'cancelled') return task;
      throw notYet(`export task ${exportTaskId} is ${task.state}`, polling.first, polling.longest);
    },

    describeCopies({ accountId, ...search }) {
      return describeCopies(clients.ec2({ accountId, region: search.region }), search);
    },

    describeEbsEncryption(place) {
      return readEbsEncryption(clients.ec2(place), place.region);
    },
  };
}
