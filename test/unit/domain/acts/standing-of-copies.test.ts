import { describe, expect, it } from 'vitest';
import {
  standingOfEbsEncryption,
  standingOfSharing,
  standingOfSnapshots,
} from '../../../../src/domain/acts/standing-of-copies.ts';
import type { SetSharing, SnapshotVolumes } from '../../../../src/domain/acts/acts.ts';

const base = { incidentKey: 'VMX-ABCDEFGHIJ', accountId: '111111111111', region: 'eu-west-1' };

describe('where the sharing of an image stands', () => {
  const input: SetSharing = {
    ...base,
    act: 'setSharing',
    resource: { type: 'image', id: 'ami-1' },
    before: ['222222222222', '333333333333'],
    after: ['222222222222'],
  };
  it.each([
    ['done', ['222222222222']],
    ['ready', ['222222222222', '333333333333']],
    ['changed', ['222222222222', '333333333333', '444444444444']],
    ['changed', []],
    ['gone', null],
  ])('is %s', (standing, sharedWith) => {
    expect(standingOfSharing(input, sharedWith).standing).toBe(standing);
  });
});

describe('where snapshots of volumes stand', () => {
  const input: SnapshotVolumes = {
    ...base,
    act: 'snapshotVolumes',
    instanceId: 'i-1',
    volumes: ['vol-1', 'vol-2'],
    tags: {},
  };
  const of = (volumeId: string, state = 'completed') => ({ snapshotId: `snap-of-${volumeId}`, volumeId, state });
  const both = ['vol-1', 'vol-2'];

  it.each([
    ['done', both, [of('vol-1'), of('vol-2', 'pending')]],
    ['done', [], [of('vol-1'), of('vol-2')]],
    ['ready', both, []],
    ['ready', both, [of('vol-1')]],
    ['ready', both, [of('vol-1'), of('vol-2', 'error')]],
    ['changed', [...both, 'vol-3'], []],
    ['changed', ['vol-1'], [of('vol-1')]],
    ['gone', [], [of('vol-1')]],
  ])('is %s with volumes %j and snapshots %j', (standing, volumeIds, snapshots) => {
    expect(standingOfSnapshots(input, { volumeIds, snapshots }).standing).toBe(standing);
  });

  it('names the snapshot of each volume once done', () => {
    const { observed } = standingOfSnapshots(input, { volumeIds: both, snapshots: [of('vol-1'), of('vol-2')] });
    expect(observed).toEqual({ 'vol-1': 'snap-of-vol-1', 'vol-2': 'snap-of-vol-2' });
  });
});

describe('where EBS encryption by default stands', () => {
  const input = { ...base, act: 'setEbsEncryptionDefault' as const, before: false, after: true };
  it('is done or ready, and nothing else', () => {
    expect(standingOfEbsEncryption(input, true).standing).toBe('done');
    expect(standingOfEbsEncryption(input, false).standing).toBe('ready');
    expect(standingOfEbsEncryption({ ...input, before: true, after: false }, true).standing).toBe('ready');
  });
});
