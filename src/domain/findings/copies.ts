import type { Alert } from '../alert/alert.ts';
import type { CopiesFacts, CopyFacts } from './facts.ts';
import type { CopyOnTrail, Lineage } from './lineage.ts';
import { machineOf } from './machine.ts';
import { isInside, type Perimeter } from '../policy/perimeter.ts';
import type { CaseFile } from './case-file.ts';
import type { Gap } from './kept.ts';

/** Where to look for other copies of the machine in one Region, and by what. */
export interface CopySearch {
  region: string;
  instanceId?: string;
  volumeIds: string[];
  imageIds: string[];
  snapshotIds: string[];
}

type Known = Pick<CaseFile, 'alert' | 'source' | 'instance'> & { lineage: Lineage | null | undefined };

/** What the trail tells is looked at by its id, as copies of copies name nothing that leads back to the machine. */
export function copySearches({ alert, source, instance, lineage }: Known): CopySearch[] {
  const made = lineage?.copies ?? [];
  const machine = machineOf({ alert, source });
  const through = source?.through ?? [];
  const regions = [
    ...new Set([alert.region, ...[...(machine ? [machine] : []), ...through, ...made].map(({ region }) => region)]),
  ];
  return regions.map((region) => {
    const ids = (kind: CopyOnTrail['kind'], ...more: (string | undefined)[]) => {
      const told = made.filter((copy) => copy.kind === kind && copy.region === region).map(({ id }) => id);
      return [...new Set([...more.filter((id) => id !== undefined), ...told])];
    };
    const there = region === machine?.region;
    const named = [{ imageId: alert.imageId, region: alert.region }, ...through];
    return {
      region,
      ...(there ? { instanceId: machine.instanceId } : {}),
      volumeIds: there ? (instance?.volumes.map(({ volumeId }) => volumeId) ?? []) : [],
      imageIds: ids('image', ...named.flatMap((image) => (image.region === region ? image.imageId : []))),
      snapshotIds: ids('snapshot'),
    };
  });
}

/** What the actor's credentials copied beside the export that the alert is about. */
export const otherCopies = (alert: Alert, lineage: Lineage | null | undefined): CopyOnTrail[] =>
  (lineage?.copies ?? []).filter(({ eventId, id }) => eventId !== alert.eventId && id !== alert.exportTaskId);

/** An image or snapshot with those whom it is shared with and who are not ours. */
export interface SharedCopy extends CopyFacts {
  region: string;
  outside: string[];
}

/** Public ones first, images before snapshots: a machine is started from an image in one step. */
export function sharedOutside(found: CopiesFacts[], perimeter: Perimeter): SharedCopy[] {
  const shared = found.flatMap(({ region, copies }) =>
    copies.map((copy) => ({ ...copy, region, outside: outsideOf(copy, perimeter) })),
  );
  const rank = ({ type, outside }: SharedCopy) => (outside.includes('all') ? 0 : 2) + (type === 'image' ? 0 : 1);
  return shared.filter(({ outside }) => outside.length > 0).sort((a, b) => rank(a) - rank(b));
}

const outsideOf = ({ sharedWith }: CopyFacts, perimeter: Perimeter): string[] =>
  (sharedWith ?? []).filter((who) => isOutside(who, perimeter));

/** An ARN of an organisation names the account that manages it, which is one of ours if the organisation is. */
export const isOutside = (who: string, perimeter: Perimeter): boolean => who === 'all' || !isInside(who, perimeter);

export const granteeWords = (who: string): string =>
  who === 'all' ? 'everybody' : /^\d{12}$/.test(who) ? `account ${who}` : who;

export const gapsOf = (found: CopiesFacts[]): Gap[] => found.flatMap(({ gaps }) => gaps);
