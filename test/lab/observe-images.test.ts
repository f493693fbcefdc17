import {
  CopyImageCommand,
  CopySnapshotCommand,
  CreateImageCommand,
  CreateSnapshotCommand,
  CreateSnapshotsCommand,
  DeregisterImageCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RegisterImageCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { observeActivities, type ObserveActivities } from '../../activities/observe.ts';
import type { CopySearch } from '../../src/domain/findings/copies.ts';
import { allow } from '../../src/lab/account.ts';
import { region } from '../../src/lab/clients.ts';
import { named, sharedWorld } from './activities-world.ts';
import { anInstance } from './support/exports.ts';

const world = sharedWorld();
let observe: ObserveActivities;
beforeEach(async () => {
  observe = observeActivities(world().observing);
  await world().lab.control.clearFaults();
});

const victim = () => world().foundation.victim;
const place = () => ({ accountId: victim().id, region });

describe('the machine of an image', () => {
  it('is named by EC2, also behind a copy, and by the trail when the image is gone', async () => {
    const { ec2 } = victim().admin;
    const instanceId = await anInstance(world());
    const { ImageId: made = '' } = await ec2.send(
      new CreateImageCommand({ InstanceId: instanceId, Name: named('image') }),
    );
    const copying = { SourceImageId: made, SourceRegion: region, Name: named('copy') };
    const { ImageId: copied = '' } = await ec2.send(new CopyImageCommand(copying));
    const trace = (imageId: string) => {
      const window = { from: new Date(Date.now() - 60_000).toISOString(), to: new Date().toISOString() };
      return observe.traceImage({ ...place(), imageId, ...window });
    };
    const machine = { instanceId, ...place() };
    const ofImage = await trace(made);
    expect(ofImage).toMatchObject({ imageId: made, machine, disks: [{ encrypted: false }] });
    expect(ofImage).not.toHaveProperty('call');
    expect(await trace(copied)).toMatchObject({ machine, through: [{ imageId: made, region }] });

    for (const ImageId of [copied, made]) await ec2.send(new DeregisterImageCommand({ ImageId }));
    const gone = await trace(copied);
    expect(gone).toMatchObject({ machine, call: { eventName: 'CreateImage' }, through: [{ imageId: made, region }] });
    expect(gone).not.toHaveProperty('disks');
    expect(gone).not.toHaveProperty('gaps');
  });

  it('of another account is only named, and of an image that was registered is not known', async () => {
    const { outsider } = world().foundation;
    const foreign = outsider.admin.ec2;
    const { Instances } = await foreign.send(
      new RunInstancesCommand({ ImageId: 'ami-0abcdef1234567890', MinCount: 1, MaxCount: 1 }),
    );
    const InstanceId = Instances?.[0]?.InstanceId ?? '';
    const { ImageId = '' } = await foreign.send(new CreateImageCommand({ InstanceId, Name: named('theirs') }));
    const LaunchPermission = { Add: [{ UserId: victim().id }] };
    await foreign.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }));
    const window = { from: new Date(Date.now() - 60_000).toISOString(), to: new Date().toISOString() };
    const theirs = await observe.traceImage({ ...place(), imageId: ImageId, ...window });
    expect(theirs.why).toContain(`belongs to account ${outsider.id}`);
    expect(theirs).not.toHaveProperty('machine');

    const registering = new RegisterImageCommand({
      Name: named('registered'),
      Description: `CreateImage(${InstanceId})`,
    });
    const { ImageId: registered = '' } = await victim().admin.ec2.send(registering);
    const unknown = await observe.traceImage({
      ...place(),
      imageId: registered,
      ...window,
      to: new Date().toISOString(),
    });
    expect(unknown).not.toHaveProperty('machine');
    expect(unknown.why).toMatch(/by RegisterImage at .*, which names no machine/);
  });
});

describe('the machine of an image that was registered', () => {
  it('is the one that has the volumes of its disks, and is not known of the disks that it was given beside them', async () => {
    const { ec2 } = victim().admin;
    const instanceId = await anInstance(world());
    const { volumes } = await observe.describeInstance({ ...place(), instanceId });
    const VolumeId = volumes[0]?.volumeId;
    const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
    const copying = new CopySnapshotCommand({ SourceSnapshotId: SnapshotId, SourceRegion: region });
    const { SnapshotId: copied } = await ec2.send(copying);
    const trace = async (...ids: (string | undefined)[]) => {
      const BlockDeviceMappings = ids.map((id, at) => ({ DeviceName: `/dev/sd${'abc'[at]}`, Ebs: { SnapshotId: id } }));
      const { ImageId: imageId = '' } = await ec2.send(
        new RegisterImageCommand({ Name: named('registered'), BlockDeviceMappings }),
      );
      const window = { from: new Date(Date.now() - 60_000).toISOString(), to: new Date().toISOString() };
      return observe.traceImage({ ...place(), imageId, ...window });
    };
    const machine = { instanceId, ...place() };
    const found = await trace(SnapshotId);
    expect(found).toMatchObject({ machine, byDisks: [{ snapshotId: SnapshotId, volumeId: VolumeId }] });
    expect(found).not.toHaveProperty('otherDisks');
    expect(await trace(SnapshotId, copied)).toMatchObject({ machine, otherDisks: [copied] });
    const unknown = await trace(copied);
    expect(unknown).not.toHaveProperty('machine');
    expect(unknown.why).toContain(`no machine has the volumes of its disks ${copied} now`);
  });
});

describe('copies of a machine', () => {
  it('are found by the machine or by the trail alone, with whom they are shared with', async () => {
    const { foundation } = world();
    const outsider = foundation.outsider.id;
    const actor = await victim().user(named('mallory'), { policy: [allow('ec2:*')] });
    const { ec2 } = actor.clients;
    const instanceId = await anInstance(world());
    const { volumes } = await observe.describeInstance({ ...place(), instanceId });
    const [volumeId = ''] = volumes.map((volume) => volume.volumeId);

    const { ImageId: made = '' } = await ec2.send(
      new CreateImageCommand({ InstanceId: instanceId, Name: named('image') }),
    );
    const copying = { SourceImageId: made, SourceRegion: region, Name: named('copy') };
    const { ImageId: copied = '' } = await ec2.send(new CopyImageCommand(copying));
    const LaunchPermission = { Add: [{ UserId: outsider }, { Group: 'all' as const }] };
    await ec2.send(new ModifyImageAttributeCommand({ ImageId: copied, LaunchPermission }));
    const { SnapshotId: first = '' } = await ec2.send(new CreateSnapshotCommand({ VolumeId: volumeId }));
    const source = { SourceSnapshotId: first, SourceRegion: region };
    const { SnapshotId: second = '' } = await ec2.send(new CopySnapshotCommand(source));
    const CreateVolumePermission = { Add: [{ UserId: outsider }] };
    await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId: second, CreateVolumePermission }));
    const { Snapshots = [] } = await ec2.send(
      new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: instanceId } }),
    );
    const third = Snapshots[0]?.SnapshotId ?? '';

    const attribute = { name: 'AccessKeyId' as const, value: actor.credentials.accessKeyId };
    const window = { from: new Date(Date.now() - 60_000).toISOString(), to: new Date().toISOString() };
    const { events } = await observe.lookupTrail({ ...place(), attribute, ...window, keep: 50 });
    const told = events.flatMap(({ copies = [] }) => copies);
    expect(told).toHaveLength(7);
    expect(told).toEqual(
      expect.arrayContaining([
        { kind: 'image', id: made, from: instanceId },
        { kind: 'image', id: copied, from: made, fromRegion: region },
        { kind: 'image', id: copied, sharedWith: [outsider, 'all'] },
        { kind: 'snapshot', id: first, from: volumeId },
        { kind: 'snapshot', id: second, from: first },
        { kind: 'snapshot', id: second, sharedWith: [outsider] },
        { kind: 'snapshot', id: third, from: volumeId },
      ]),
    );

    const nothing = { volumeIds: [], imageIds: [], snapshotIds: [] };
    const shares = async (search: Partial<CopySearch>) => {
      const { copies, gaps } = await observe.describeCopies({ ...place(), ...nothing, ...search });
      expect(gaps).toEqual([]);
      return Object.fromEntries(copies.map(({ id, sharedWith }) => [id, sharedWith]));
    };
    const byMachine = await shares({ instanceId, volumeIds: [volumeId] });
    expect(byMachine).toMatchObject({ [made]: [], [copied]: [outsider, 'all'], [first]: [], [third]: [] });
    // A copy of a snapshot names nothing that leads back to the machine.
    expect(byMachine).not.toHaveProperty(second);
    expect(await shares({ snapshotIds: [second] })).toEqual({ [second]: [outsider] });
  });
});
