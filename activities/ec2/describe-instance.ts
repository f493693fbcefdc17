import {
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { failureTypes } from '../../src/domain/failures.ts';
import type { InstanceFacts } from '../../src/domain/findings/facts.ts';
import { aws, failure, orGap, unlessAbsent } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import { tagsOf } from '../aws/protected-tags.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

/** The instance as EC2 has it, with its volumes, the name of its image, and whether it has user data. */
export async function describeInstance(ec2: EC2Client, instanceId: string): Promise<InstanceFacts> {
  const what = `reading instance ${instanceId}`;
  const [instances, volumes] = await Promise.all([
    aws(what, () => ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }))),
    aws(`reading the volumes of instance ${instanceId}`, () =>
      ec2.send(new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [instanceId] }] })),
    ),
  ]);
  const instance = instances.Reservations?.[0]?.Instances?.[0];
  if (!instance) throw failure(failureTypes.notFound, `${what}: EC2 does not know it any more; CloudTrail still does`);

  const gaps: Gap[] = [];
  const { ImageId: imageId } = instance;
  const [image, userData] = await Promise.all([
    imageId === undefined ? undefined : orGap(gaps, `image ${imageId}`, undefined, describeImage(ec2, imageId)),
    orGap(gaps, 'whether it has user data', undefined, hasUserData(ec2, instanceId)),
  ]);
  return {
    instanceId,
    state: instance.State?.Name ?? 'unknown',
    ...given({
      imageId,
      image,
      userData,
      platform: instance.PlatformDetails ?? instance.Platform,
      launchTime: instance.LaunchTime?.toISOString(),
      instanceProfileArn: instance.IamInstanceProfile?.Arn,
    }),
    tags: tagsOf(instance.Tags ?? []),
    volumes: (volumes.Volumes ?? []).map(({ VolumeId = '', Encrypted = false, Size = 0 }) => ({
      volumeId: VolumeId,
      encrypted: Encrypted,
      sizeGiB: Size,
    })),
    ...(gaps.length > 0 ? { gaps } : {}),
  };
}

/** null: deregistered, or not shared with the account any more. */
async function describeImage(ec2: EC2Client, imageId: string): Promise<InstanceFacts['image']> {
  const reading = aws(`reading image ${imageId}`, () => ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] })));
  const answer = await unlessAbsent(reading, null);
  const found = answer?.Images?.[0];
  return found ? given({ name: found.Name, owner: found.OwnerId }) : null;
}

/** EC2 has no way to ask for the presence alone: the text, in which people leave passwords, is let go of here. */
async function hasUserData(ec2: EC2Client, instanceId: string): Promise<boolean> {
  const question = new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: 'userData' });
  const { UserData } = await aws(`asking whether instance ${instanceId} has user data`, () => ec2.send(question));
  return (UserData?.Value ?? '') !== '';
}
