import { byActor } from './export-history.ts';
import type { CaseFile } from './case-file.ts';
import type { TrailEvent } from './trail-facts.ts';

/** What is changed so shortly before an export may have been changed for it, whoever did. */
export const shortlyBefore = 24 * 3_600_000;

type Known = Pick<CaseFile, 'alert' | 'source' | 'instance' | 'actorTrail' | 'tagTrail'>;

/**
 * Changes of the instance's tags that make them worth less (S26, S69): by the actor, or by anybody shortly before the export
 * and since; of the machine behind an image by anybody since that was made, because what left is the machine as it was then.
 * A production machine can be dressed as a test machine, and a channel be led elsewhere. A machine that the actor launched
 * has its tags from the actor. The actor's event that names no resource is taken to be about this instance.
 */
export function doubtfulTagChanges(known: Known): TrailEvent[] {
  const { alert } = known;
  return doubtful(known, (event) => {
    const { eventName, resources, tags = [] } = event;
    if (eventName !== 'RunInstances') return eventName === 'CreateTags' || eventName === 'DeleteTags';
    // That others launch machines shortly before is every day's work.
    return resources.length > 0 && tags.length > 0 && byActor(event, alert.principal);
  });
}

/** Disks that were given to the machine then: what the tags say of it says nothing of what such a disk holds. */
export const doubtfulDisks = (known: Known): TrailEvent[] =>
  doubtful(
    known,
    ({ eventName, resources }) =>
      resources.length > 0 && (eventName === 'AttachVolume' || eventName === 'CreateReplaceRootVolumeTask'),
  );

/** Calls that made the image, or the one that it is a copy of, with disks beside the machine's own. */
export function disksPutIn({ alert, source, actorTrail, tagTrail }: Known): TrailEvent[] {
  const images = [alert.imageId, ...(source?.through ?? []).map(({ imageId }) => imageId)];
  const made = [...(actorTrail?.events ?? []), ...(tagTrail?.events ?? [])].filter(({ copies = [] }) =>
    copies.some(({ kind, id, added }) => kind === 'image' && added !== undefined && images.includes(id)),
  );
  return [...new Map(made.map((event) => [event.eventId, event])).values()];
}

function doubtful(
  { alert, source, instance, actorTrail, tagTrail }: Known,
  matters: (event: TrailEvent) => boolean,
): TrailEvent[] {
  if (!instance) return [];
  const made = Date.parse(source?.madeAt ?? '');
  const before = Date.parse(alert.time) - shortlyBefore;
  const since = made < before ? made : before;
  const own = (actorTrail?.events ?? []).filter(
    ({ resources }) => resources.length === 0 || resources.includes(instance.instanceId),
  );
  const others = (tagTrail?.events ?? []).filter(
    (event) =>
      event.resources.includes(instance.instanceId) &&
      (byActor(event, alert.principal) || Date.parse(event.time) >= since),
  );
  const changes = [...own, ...others].filter((event) => event.errorCode === undefined && matters(event));
  return [...new Map(changes.map((event) => [event.eventId, event])).values()];
}

/** Why what these tags say in favour of the machine is not believed; null: nothing speaks against it. */
export function whyDoubtful(known: Known, names: string[]): string | null {
  // A record that does not name its tags may be about each of them.
  const changed = ({ tags }: TrailEvent): boolean => tags === undefined || tags.some((tag) => names.includes(tag));
  if (doubtfulTagChanges(known).some(changed)) return 'it was changed by the actor or shortly before the export';
  if (doubtfulDisks(known).length > 0)
    return 'a disk was attached to the machine by the actor or shortly before the export, of which it says nothing';
  return disksPutIn(known).length > 0
    ? "the image has a disk that was not the machine's, of which it says nothing"
    : null;
}
