import { describe, expect, it } from 'vitest';
import { copiesMade } from '../../../../src/domain/cloudtrail/copies.ts';

const record = (
  eventName: string,
  requestParameters: unknown,
  responseElements: unknown = null,
  more: object = {},
) => ({
  eventSource: 'ec2.amazonaws.com',
  eventName,
  requestParameters,
  responseElements,
  ...more,
});
const image = 'ami-0aaaaaaaaaaaaaaaa';
const snapshot = 'snap-0bbbbbbbbbbbbbbbb';

describe('what a call copied of a machine', () => {
  it.each([
    [
      'an image of an instance',
      record('CreateImage', { instanceId: 'i-1', name: 'x' }, { imageId: image }),
      [{ kind: 'image', id: image, from: 'i-1' }],
    ],
    [
      'an image of an instance with a disk that is not its own',
      record(
        'CreateImage',
        {
          instanceId: 'i-1',
          blockDeviceMapping: {
            items: [
              { deviceName: '/dev/sdb', noDevice: {} },
              { deviceName: '/dev/sdf', ebs: { snapshotId: snapshot } },
            ],
          },
        },
        { imageId: image },
      ),
      [{ kind: 'image', id: image, from: 'i-1', added: [snapshot] }],
    ],
    [
      'a copy of an image',
      record('CopyImage', { sourceImageId: 'ami-1', sourceRegion: 'eu-west-1' }, { imageId: image }),
      [{ kind: 'image', id: image, from: 'ami-1', fromRegion: 'eu-west-1' }],
    ],
    [
      'an image registered from a snapshot',
      record(
        'RegisterImage',
        { name: 'x', blockDeviceMapping: { items: [{ deviceName: '/dev/xvda', ebs: { snapshotId: snapshot } }] } },
        { imageId: image },
      ),
      [{ kind: 'image', id: image, from: snapshot }],
    ],
    [
      'a snapshot of a volume',
      record('CreateSnapshot', { volumeId: 'vol-1' }, { snapshotId: snapshot, volumeId: 'vol-1' }),
      [{ kind: 'snapshot', id: snapshot, from: 'vol-1' }],
    ],
    [
      'a copy of a snapshot',
      record('CopySnapshot', { sourceSnapshotId: 'snap-1', sourceRegion: 'eu-west-1' }, { snapshotId: snapshot }),
      [{ kind: 'snapshot', id: snapshot, from: 'snap-1' }],
    ],
    [
      'a stored image, which is recorded in an element of its name',
      record(
        'CreateStoreImageTask',
        { CreateStoreImageTaskRequest: { Bucket: 'acme', ImageId: 'ami-1' } },
        { CreateStoreImageTaskResponse: { objectKey: 'ami-1.bin' } },
      ),
      [{ kind: 'stored-image', id: 's3://acme/ami-1.bin', from: 'ami-1' }],
    ],
    [
      'an export of an image',
      record(
        'ExportImage',
        { ExportImageRequest: { ImageId: 'ami-1' } },
        { ExportImageResponse: { exportImageTaskId: 'export-ami-1' } },
      ),
      [{ kind: 'export', id: 'export-ami-1', from: 'ami-1' }],
    ],
    [
      'another export of an instance',
      record('CreateInstanceExportTask', { instanceId: 'i-1' }, { exportTask: { exportTaskId: 'export-i-1' } }),
      [{ kind: 'export', id: 'export-i-1', from: 'i-1' }],
    ],
  ])('is %s', (_what, told, copies) => {
    expect(copiesMade(told)).toEqual(copies);
  });

  it('is one snapshot of each volume, in whichever form a list is recorded', () => {
    const items = [
      { snapshotId: 'snap-1', volumeId: 'vol-1' },
      { snapshotId: 'snap-2', volumeId: 'vol-2' },
    ];
    const made = items.map(({ snapshotId, volumeId }) => ({ kind: 'snapshot', id: snapshotId, from: volumeId }));
    const request = { CreateSnapshotsRequest: { InstanceSpecification: { InstanceId: 'i-1' } } };
    const told = (snapshotSet: unknown) =>
      copiesMade(record('CreateSnapshots', request, { CreateSnapshotsResponse: { snapshotSet } }));
    expect(told({ items })).toEqual(made);
    expect(told({ item: items })).toEqual(made);
    expect(told(items)).toEqual(made);
    expect(told({ item: items[0] })).toEqual(made.slice(0, 1));
  });

  it.each([
    ['ModifyImageAttribute', 'image', { imageId: image }, 'launchPermission', image],
    ['ModifySnapshotAttribute', 'snapshot', { snapshotId: snapshot }, 'createVolumePermission', snapshot],
  ])('is with whom %s shared it', (eventName, kind, request, attribute, id) => {
    const add = { items: [{ userId: '333333333333' }, { group: 'all' }, { organizationArn: 'arn:o' }] };
    expect(copiesMade(record(eventName, { ...request, [attribute]: { add } }))).toEqual([
      { kind, id, sharedWith: ['333333333333', 'all', 'arn:o'] },
    ]);
    const flat = { operationType: 'add', userIdSet: { items: [{ userId: '333333333333' }] } };
    expect(copiesMade(record(eventName, { ...request, ...flat }))).toEqual([
      { kind, id, sharedWith: ['333333333333'] },
    ]);
  });

  it('is nothing when a share is taken away', () => {
    const remove = { items: [{ userId: '333333333333' }] };
    expect(copiesMade(record('ModifyImageAttribute', { imageId: image, launchPermission: { remove } }))).toEqual([]);
    const flat = { operationType: 'remove', userIdSet: remove };
    expect(copiesMade(record('ModifyImageAttribute', { imageId: image, ...flat }))).toEqual([]);
  });

  it('is nothing of any other call, service or shape', () => {
    const made = { imageId: image };
    for (const told of [
      record('DescribeImages', { instanceId: 'i-1' }, made),
      record('CreateImage', { instanceId: 'i-1' }, made, { eventSource: 'imagebuilder.amazonaws.com' }),
      record('CreateImage', { instanceId: 'i-1' }, null),
      record('constructor', {}, made),
      record('CreateSnapshots', null, { snapshotSet: 7 }),
      null,
      'CreateImage',
    ]) {
      expect(copiesMade(told)).toEqual([]);
    }
  });
});
