import type { SetEbsEncryptionDefault, SetSharing, SnapshotVolumes, TargetCheck } from './acts.ts';
import { sameJson } from '../digest.ts';

/** Where copies of a machine stand, and what decides about new ones; the words are those of standing.ts. */

/** Sorted; null: there is no such image or snapshot. */
export function standingOfSharing({ resource, before, after }: SetSharing, sharedWith: string[] | null): TargetCheck {
  const what = `the sharing of ${resource.type} ${resource.id}`;
  if (!sharedWith) return { standing: 'gone', detail: `there is no ${resource.type} ${resource.id}` };
  if (sameJson(sharedWith, after)) return { standing: 'done', detail: `${what} is as planned` };
  return sameJson(sharedWith, before)
    ? { standing: 'ready', detail: `${what} is as it was when planned` }
    : { standing: 'changed', detail: `${what} was changed by somebody else since the plan` };
}

/** The instance's volumes, sorted, none when it is gone; and the snapshots that carry the act's tags. */
export interface SnapshotsState {
  volumeIds: string[];
  snapshots: { snapshotId: string; volumeId: string; state: string }[];
}

/**
 * Snapshots outlive the instance, so they are looked at first. One in error holds nothing; one that is being copied does:
 * its content is of the moment when it was begun.
 */
export function standingOfSnapshots(
  { instanceId, volumes }: SnapshotVolumes,
  { volumeIds, snapshots }: SnapshotsState,
): TargetCheck {
  const good = snapshots.filter(({ state }) => state !== 'error');
  const missing = volumes.filter((volume) => !good.some(({ volumeId }) => volumeId === volume));
  if (missing.length === 0) {
    const observed = Object.fromEntries(good.map(({ volumeId, snapshotId }) => [volumeId, snapshotId]));
    const detail = `each volume of instance ${instanceId} has a snapshot: ${good.map(({ snapshotId }) => snapshotId).join(', ')}`;
    return { standing: 'done', detail, observed };
  }
  if (volumeIds.length === 0) {
    return { standing: 'gone', detail: `instance ${instanceId} is gone, or has no volumes any more` };
  }
  return sameJson(volumeIds, volumes)
    ? { standing: 'ready', detail: `of instance ${instanceId}, ${missing.join(', ')} has no snapshot of this incident` }
    : { standing: 'changed', detail: `instance ${instanceId} has other volumes than when planned` };
}

/** There are two states, so nothing is ever neither. */
export const standingOfEbsEncryption = ({ region, after }: SetEbsEncryptionDefault, on: boolean): TargetCheck => ({
  standing: on === after ? 'done' : 'ready',
  detail: `new EBS volumes in ${region} are ${on ? '' : 'not '}encrypted by default`,
});
