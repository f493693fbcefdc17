import { describe, expect, it } from 'vitest';
import { cloudTrailObserve } from '../../../../activities/cloudtrail/observe.ts';
import { imageObserve } from '../../../../activities/ec2/trace-image.ts';
import { awsDouble, place, throwing } from '../aws-double.ts';

const image = 'ami-0fedcba9876543210';
const copied = 'ami-0aaaaaaaaaaaaaaaa';
const instanceId = 'i-0123456789abcdef0';
const owner = place.accountId;
const window = { from: '2025-12-02T10:00:00.000Z', to: '2026-03-02T10:20:00.000Z' };
const recent = '2026-03-01T08:00:00.000Z';

type Asked = Record<string, unknown> & { ImageIds?: string[] };
type Call = { name: string; request?: object; response?: object; errorCode?: string; time?: string };

/** A call as LookupEvents lists it. */
const listed = ({ name, request = {}, response = {}, errorCode, time = recent }: Call, index: number) => ({
  EventId: `e-${index}`,
  EventName: name,
  EventTime: new Date(time),
  EventSource: 'ec2.amazonaws.com',
  ReadOnly: 'false',
  Resources: [{ ResourceName: image }],
  CloudTrailEvent: JSON.stringify({
    ...{ eventSource: 'ec2.amazonaws.com', eventName: name, awsRegion: place.region },
    ...{ requestParameters: request, responseElements: response, errorCode },
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111111111111:user/ops', accountId: owner },
  }),
});

type Disks = { Snapshots: object[]; Volumes: object[] };

/** `images` by id as EC2 has them, `calls` as CloudTrail has them of whatever image is asked about. */
function trace(images: Record<string, object>, calls: Call[] = [], imageId = image, disks?: Disks) {
  const asked: Asked[] = [];
  const { clients, calls: sent } = awsDouble({
    DescribeImages: (input: Asked) => {
      const found = images[input.ImageIds?.[0] ?? ''];
      return found ? { Images: [found] } : throwing('InvalidAMIID.NotFound', 400)();
    },
    DescribeSnapshots: () => disks ?? throwing('UnauthorizedOperation', 403)(),
    DescribeVolumes: () => disks ?? throwing('UnauthorizedOperation', 403)(),
    LookupEvents: (input) => {
      asked.push(input);
      return { Events: calls.map(listed) };
    },
  });
  const observe = imageObserve(clients, cloudTrailObserve(clients));
  return { found: observe.traceImage({ ...place, imageId, ...window }), asked, sent };
}

describe('the machine of an image', () => {
  it('is the one that EC2 names, without asking CloudTrail', async () => {
    const BlockDeviceMappings = [{ Ebs: { SnapshotId: 'snap-1', Encrypted: true } }, { VirtualName: 'ephemeral0' }];
    const { found, sent } = trace({
      // The image that the machine was launched from is no copy of anything.
      [image]: {
        ...{ OwnerId: owner, SourceInstanceId: instanceId, SourceImageId: copied, SourceImageRegion: 'us-east-1' },
        ...{ CreationDate: recent, BlockDeviceMappings },
      },
    });
    expect(await found).toEqual({
      imageId: image,
      machine: { instanceId, ...place },
      madeAt: recent,
      disks: [{ snapshotId: 'snap-1', encrypted: true }],
    });
    expect(sent).toEqual(['DescribeImages']);
  });

  it('is found behind a copy, in the Region that it was copied from', async () => {
    const { found } = trace({
      [image]: { OwnerId: owner, SourceImageId: copied, SourceImageRegion: 'us-east-1', CreationDate: recent },
      [copied]: { OwnerId: owner, SourceInstanceId: instanceId, CreationDate: '2026-02-01T00:00:00.000Z' },
    });
    expect(await found).toMatchObject({
      machine: { instanceId, accountId: owner, region: 'us-east-1' },
      through: [{ imageId: copied, region: 'us-east-1' }],
      madeAt: '2026-02-01T00:00:00.000Z',
    });
  });

  it('is told by the call that made the image where EC2 does not know that any more', async () => {
    const { found, asked } = trace({}, [
      { name: 'RunInstances', request: { instancesSet: { items: [{ imageId: image }] } } },
      {
        name: 'CreateImage',
        request: { instanceId: 'i-0badbadbadbadbad0' },
        errorCode: 'Client.UnauthorizedOperation',
      },
      { name: 'CreateImage', request: { instanceId }, response: { imageId: image }, time: '2026-01-05T00:00:00.000Z' },
    ]);
    expect(await found).toEqual({
      imageId: image,
      machine: { instanceId, ...place },
      madeAt: '2026-01-05T00:00:00.000Z',
      call: {
        eventName: 'CreateImage',
        time: '2026-01-05T00:00:00.000Z',
        principalArn: 'arn:aws:iam::111111111111:user/ops',
      },
    });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: image }],
      StartTime: new Date(window.from),
    });
  });

  it('is told by CopyImage, and then of the image that was copied', async () => {
    const { found } = trace({ [copied]: { OwnerId: owner, SourceInstanceId: instanceId } }, [
      {
        name: 'CopyImage',
        request: { sourceImageId: copied, sourceRegion: 'eu-central-1' },
        response: { imageId: image },
      },
    ]);
    expect(await found).toMatchObject({
      machine: { instanceId, region: 'eu-central-1' },
      through: [{ imageId: copied, region: 'eu-central-1' }],
    });
  });

  it('is looked for around the time at which EC2 says that the image was made', async () => {
    const { found, asked } = trace({ [image]: { OwnerId: owner, CreationDate: recent } });
    expect((await found).why).toMatch(/EC2 names no machine.*it is older, or was imported, or a service made it/);
    expect(asked[0]).toMatchObject({
      StartTime: new Date('2026-03-01T07:00:00.000Z'),
      EndTime: new Date('2026-03-01T09:00:00.000Z'),
    });
  });

  it('of another account is only named', async () => {
    const other = '333333333333';
    const { found } = trace({ [image]: { OwnerId: other, SourceInstanceId: instanceId } });
    expect((await found).machine).toEqual({ instanceId, accountId: other, region: place.region });
    const { found: unnamed, sent } = trace({
      [image]: { OwnerId: other, SourceImageId: copied, CreationDate: recent },
    });
    expect(await unnamed).toMatchObject({ why: expect.stringContaining(`belongs to account ${other}`) as string });
    expect(await unnamed).not.toHaveProperty('machine');
    expect(sent).toEqual(['DescribeImages']);
  });

  it('is not known of an image that is older than CloudTrail remembers, whatever image EC2 names behind it', async () => {
    const made = '2024-05-01T00:00:00.000Z';
    const { found, sent } = trace({
      [image]: { OwnerId: owner, SourceImageId: copied, CreationDate: made },
      [copied]: { OwnerId: owner, SourceInstanceId: instanceId },
    });
    expect(await found).not.toHaveProperty('machine');
    expect((await found).why).toMatch(new RegExp(`made at ${made}, before CloudTrail remembers; EC2 names ${copied}`));
    expect(sent).toEqual(['DescribeImages']);
  });

  it('is not known of an image that was registered, restored or imported, and the call is named', async () => {
    const request = { blockDeviceMapping: { items: [{ ebs: { snapshotId: 'snap-1' } }] } };
    const { found } = trace({}, [{ name: 'RegisterImage', request, response: { imageId: image } }]);
    expect((await found).why).toMatch(/was made of snap-1 by RegisterImage at .*, which names no machine/);
    const { found: restored } = trace({}, [{ name: 'CreateRestoreImageTask', response: { imageId: image } }]);
    expect((await restored).why).toMatch(/was made by CreateRestoreImageTask at/);
  });

  it('is the one that has the volumes of which the disks of a registered image are snapshots', async () => {
    const registered = (...ids: string[]) => ({
      [image]: {
        ...{ OwnerId: owner, CreationDate: recent },
        BlockDeviceMappings: ids.map((SnapshotId) => ({ Ebs: { SnapshotId } })),
      },
    });
    const snapshot = (SnapshotId: string, VolumeId: string, hour: string) => ({
      ...{ SnapshotId, VolumeId },
      StartTime: new Date(`2026-02-28T${hour}:00:00.000Z`),
    });
    const volume = (VolumeId: string, InstanceId?: string) => ({
      VolumeId,
      Attachments: InstanceId === undefined ? [] : [{ InstanceId }],
    });
    const Snapshots = [snapshot('snap-1', 'vol-1', '12'), snapshot('snap-2', 'vol-2', '11')];
    const of = (Volumes: object[], ...ids: string[]) => trace(registered(...ids), [], image, { Snapshots, Volumes });

    const { found, sent } = of([volume('vol-1', instanceId), volume('vol-2', instanceId)], 'snap-1', 'snap-2');
    expect(await found).toMatchObject({
      machine: { instanceId, ...place },
      byDisks: [
        { snapshotId: 'snap-1', volumeId: 'vol-1' },
        { snapshotId: 'snap-2', volumeId: 'vol-2' },
      ],
      madeAt: '2026-02-28T11:00:00.000Z',
    });
    expect(await found).not.toHaveProperty('otherDisks');
    expect(sent).toEqual(['DescribeImages', 'LookupEvents', 'DescribeSnapshots', 'DescribeVolumes']);

    // A copied snapshot names no volume.
    const copies = of([volume('vol-1', instanceId), volume('vol-2')], 'snap-1', 'snap-2', 'snap-copied');
    expect(await copies.found).toMatchObject({ machine: { instanceId }, otherDisks: ['snap-2', 'snap-copied'] });
    const nobodys = of([volume('vol-1')], 'snap-1', 'snap-2');
    expect((await nobodys.found).why).toMatch(/no machine has the volumes of its disks snap-1; snap-2 now$/);
    const mixed = of([volume('vol-1', instanceId), volume('vol-2', 'i-0fffffffffffffff0')], 'snap-1', 'snap-2');
    expect((await mixed.found).why).toContain('of several machines: snap-1 of i-0123456789abcdef0; snap-2 of i-0fff');
    for (const { found: unknown } of [nobodys, mixed]) expect(await unknown).not.toHaveProperty('machine');

    const refused = await trace(registered('snap-1')).found;
    expect(refused.gaps?.map(({ what }) => what)).toEqual([`the disks of image ${image}`]);
    expect(refused.why).toMatch(/EC2 names no machine of image/);
  });

  it('is never what somebody wrote on the image', async () => {
    const Description = `Created by CreateImage(${instanceId}) for ${image}`;
    const Tags = [{ Key: 'SourceInstance', Value: instanceId }];
    const { found } = trace(
      { [image]: { OwnerId: owner, Name: instanceId, Description, Tags, CreationDate: recent } },
      [{ name: 'CreateTags', request: { instanceId, resourcesSet: { items: [{ resourceId: image }] } } }],
    );
    expect(await found).not.toHaveProperty('machine');
    expect(JSON.stringify(await found)).not.toContain(instanceId);
  });

  it('is not asked about by a name that is none of an image, or in what is no Region', async () => {
    const { found, sent } = trace({}, [], 'ami-1; i-0123456789abcdef0');
    expect(await found).toMatchObject({ why: expect.stringContaining('has not the form') as string });
    const { found: elsewhere } = trace({}, [
      {
        name: 'CopyImage',
        request: { sourceImageId: copied, sourceRegion: 'x.evil.example' },
        response: { imageId: image },
      },
    ]);
    expect(await elsewhere).toMatchObject({ why: expect.stringContaining('has not the form') as string });
    expect(sent).toEqual([]);
  });

  it('is a gap where EC2 does not let us look, and ends where copies lead round in a circle', async () => {
    const { clients } = awsDouble({ DescribeImages: throwing('UnauthorizedOperation', 403), LookupEvents: () => ({}) });
    const observe = imageObserve(clients, cloudTrailObserve(clients));
    const refused = await observe.traceImage({ ...place, imageId: image, ...window });
    expect(refused.why).toMatch(/could not be read/);
    expect(refused.gaps).toEqual([
      { what: `image ${image} in eu-west-1`, why: expect.stringContaining('AwsAccessDenied') as string },
    ]);
    const round = { OwnerId: owner, SourceImageId: image, CreationDate: recent };
    expect((await trace({ [image]: round }).found).why).toContain('too many times over');
  });
});
