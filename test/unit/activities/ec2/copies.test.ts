import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ec2Contain } from '../../../../activities/ec2/contain.ts';
import { ec2Observe } from '../../../../activities/ec2/observe.ts';
import type { ActResult, SetSharing, SnapshotVolumes } from '../../../../src/domain/acts/acts.ts';
import { awsDouble, place, throwing } from '../aws-double.ts';

const incidentKey = 'VMX-ABCDEFGHIJ';
const unprotected = { principals: [], buckets: [] };
const nothing = { volumeIds: [], imageIds: [], snapshotIds: [] };

type Asked = { Filters?: { Name: string; Values: string[] }[]; ImageId?: string; SnapshotId?: string };
/** Answers by the one filter of a question. */
const by = (answers: Record<string, unknown>) => (input: Asked) => answers[input.Filters?.[0]?.Name ?? ''] ?? {};

describe('describing copies', () => {
  const search = { ...nothing, instanceId: 'i-1', volumeIds: ['vol-1'], imageIds: ['ami-named'], snapshotIds: [] };

  it('finds images of the instance, copies of them, what lies behind them, and what was registered from that', async () => {
    const behind = { BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-behind' } }] };
    const { clients } = awsDouble({
      DescribeImages: by({
        'source-instance-id': { Images: [{ ImageId: 'ami-1', SourceInstanceId: 'i-1', ...behind }] },
        'image-id': { Images: [{ ImageId: 'ami-named' }] },
        'source-image-id': { Images: [{ ImageId: 'ami-copy', SourceImageId: 'ami-1' }] },
        'block-device-mapping.snapshot-id': { Images: [{ ImageId: 'ami-1' }, { ImageId: 'ami-registered' }] },
      }),
      DescribeSnapshots: ({ Filters = [] }: Asked) => ({
        Snapshots:
          Filters[0]?.Name === 'volume-id'
            ? [{ SnapshotId: 'snap-own', VolumeId: 'vol-1' }]
            : Filters[0]?.Values.map((SnapshotId) => ({ SnapshotId, VolumeId: 'vol-ffffffff' })),
      }),
      DescribeImageAttribute: ({ ImageId }) => ({
        LaunchPermissions: ImageId === 'ami-1' ? [{ UserId: '333333333333' }, { Group: 'all' }] : [],
      }),
      DescribeSnapshotAttribute: () => ({ CreateVolumePermissions: [{ UserId: '222222222222' }] }),
    });
    const { copies, gaps } = await ec2Observe(clients).describeCopies({ ...place, ...search });
    expect(gaps).toEqual([]);
    expect(copies.map(({ id }) => id)).toEqual([
      'ami-named',
      'ami-1',
      'ami-copy',
      'ami-registered',
      'snap-behind',
      'snap-own',
    ]);
    expect(copies[1]).toEqual({
      type: 'image',
      id: 'ami-1',
      sharedWith: ['333333333333', 'all'],
    });
    expect(copies[5]).toMatchObject({ type: 'snapshot', from: 'vol-1', sharedWith: ['222222222222'] });
  });

  it('says what it may not read, and that whom something is shared with is not known', async () => {
    const { clients } = awsDouble({
      DescribeImages: by({ 'source-instance-id': { Images: [{ ImageId: 'ami-1' }] } }),
      DescribeImageAttribute: throwing('UnauthorizedOperation', 403),
      DescribeSnapshots: throwing('UnauthorizedOperation', 403),
    });
    const { copies, gaps } = await ec2Observe(clients).describeCopies({ ...place, ...search });
    expect(copies).toEqual([{ type: 'image', id: 'ami-1', sharedWith: null }]);
    expect(gaps.map(({ what }) => what)).toEqual([
      'snapshots of the volumes in eu-west-1',
      'whom image ami-1 is shared with',
    ]);
  });

  it('looks at so many only, those that were named first, and says so', async () => {
    const Snapshots = Array.from({ length: 60 }, (_, n) => ({
      SnapshotId: `snap-${n}`,
      StartTime: new Date(Date.UTC(2026, 0, 1 + n)),
    }));
    const { clients, calls } = awsDouble({
      DescribeImages: () => ({}),
      DescribeSnapshots: by({ 'volume-id': { Snapshots }, 'snapshot-id': { Snapshots: [Snapshots[0]] } }),
      DescribeSnapshotAttribute: () => ({}),
    });
    const found = await ec2Observe(clients).describeCopies({
      ...place,
      ...nothing,
      volumeIds: ['vol-1'],
      snapshotIds: ['snap-0'],
    });
    expect(found.copies.map(({ id }) => id).slice(0, 3)).toEqual(['snap-0', 'snap-59', 'snap-58']);
    expect(calls.filter((call) => call === 'DescribeSnapshotAttribute')).toHaveLength(50);
    expect(found.gaps).toMatchObject([{ what: 'snapshots of the machine in eu-west-1' }]);
  });
});

describe('acts on copies', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const settled = async <T>(work: Promise<T>): Promise<T> => {
    work.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    return work;
  };

  const sharing = (type: 'image' | 'snapshot', before: string[], after: string[]): SetSharing => ({
    ...place,
    act: 'setSharing',
    incidentKey,
    resource: { type, id: type === 'image' ? 'ami-1' : 'snap-1' },
    before,
    after,
  });

  it.each([
    ['image', 'LaunchPermission', 'LaunchPermissions'],
    ['snapshot', 'CreateVolumePermission', 'CreateVolumePermissions'],
  ] as const)(
    'takes shares of an %s away, or gives them, never both in one call',
    async (type, change, permissions) => {
      const organisation = 'arn:aws:organizations::333333333333:organization/o-1';
      const unit = 'arn:aws:organizations::333333333333:ou/o-1/ou-1';
      const shared = ['333333333333', 'all', unit, organisation].sort();
      const asPermissions = [
        { UserId: '333333333333' },
        { Group: 'all' },
        { OrganizationArn: organisation },
        { OrganizationalUnitArn: unit },
      ];
      let standing: object[] = asPermissions;
      const sent: unknown[] = [];
      const kind = type === 'image' ? 'Image' : 'Snapshot';
      const { clients } = awsDouble({
        [`Describe${kind}Attribute`]: () => ({ [permissions]: standing }),
        [`Modify${kind}Attribute`]: (input) => {
          sent.push(input[change]);
          standing = standing.length > 0 ? [] : asPermissions;
          return {};
        },
      });
      const contain = ec2Contain(clients, unprotected);
      expect(await settled(contain.setSharing(sharing(type, shared, [])))).toMatchObject({ status: 'applied' });
      expect(await settled(contain.setSharing(sharing(type, [], shared)))).toMatchObject({ status: 'applied' });
      expect(sent).toEqual([
        { Remove: expect.arrayContaining(asPermissions) as unknown },
        { Add: expect.arrayContaining(asPermissions) as unknown },
      ]);
    },
  );

  it('refuses a protected image before it writes anything', async () => {
    const { clients, calls } = awsDouble({
      DescribeImageAttribute: () => ({ LaunchPermissions: [{ UserId: '333333333333' }] }),
    });
    const contain = ec2Contain(clients, { ...unprotected, images: ['ami-*'] });
    await expect(settled(contain.setSharing(sharing('image', ['333333333333'], [])))).rejects.toMatchObject({
      type: 'ResourceProtected',
      message: expect.stringContaining('image ami-1 is protected by ami-*') as string,
    });
    expect(calls).toEqual(['DescribeImageAttribute']);
  });

  const snapshots: SnapshotVolumes = {
    ...place,
    act: 'snapshotVolumes',
    incidentKey,
    instanceId: 'i-1',
    volumes: ['vol-1'],
    tags: { 'soar-incident': incidentKey, 'soar-source-instance': 'i-1' },
  };
  /** The snapshot is there, and shows from the read of that number on. */
  const lagging = (showsAt: number) => {
    let reads = 0;
    return awsDouble({
      DescribeVolumes: () => ({ Volumes: [{ VolumeId: 'vol-1' }] }),
      DescribeSnapshots: () => ({
        Snapshots: ++reads >= showsAt ? [{ SnapshotId: 'snap-1', VolumeId: 'vol-1', State: 'pending' }] : [],
      }),
      CreateSnapshots: () => ({}),
    });
  };
  const attempted = (attempt: number, { clients }: ReturnType<typeof awsDouble>): Promise<ActResult> => {
    const act = () => ec2Contain(clients, unprotected).snapshotVolumes(snapshots);
    return settled(new MockActivityEnvironment({ attempt }).run<[], ActResult, typeof act>(act));
  };

  it('takes snapshots at once the first time', async () => {
    const doubled = lagging(2);
    expect(await attempted(1, doubled)).toMatchObject({ status: 'applied', observed: { 'vol-1': 'snap-1' } });
    expect(doubled.calls.filter((call) => call === 'CreateSnapshots')).toHaveLength(1);
  });

  it('waits for those of an attempt that was killed, which EC2 may not show yet, instead of taking more', async () => {
    const doubled = lagging(4);
    expect((await attempted(2, doubled)).status).toMatch(/^(applied|already)$/);
    expect(doubled.calls).not.toContain('CreateSnapshots');
  });

  it('takes them after all where that attempt had not come so far', async () => {
    const doubled = lagging(6);
    expect(await attempted(2, doubled)).toMatchObject({ status: 'applied' });
    expect(doubled.calls.filter((call) => call === 'CreateSnapshots')).toHaveLength(1);
  });
});
