import { present } from '../cloudtrail/fields.ts';
import { byActor } from './export-history.ts';
import { whyUnread } from './finding.ts';
import type { CaseFile } from './case-file.ts';
import type { TrailEvent, TrailFacts } from './trail-facts.ts';

/** What is changed so shortly before an export may have been changed for it, whoever did. */
export const shortlyBefore = 24 * 3_600_000;

type Known = Pick<CaseFile, 'alert' | 'source' | 'instance' | 'actorTrail' | 'tagTrail' | 'lineage'>;

/** The actor, under whatever identity: whoever took its session, and the sessions that it took, are the same hands. */
function bySameHands(event: TrailEvent, { alert, lineage }: Known): boolean {
  const { behind = [], taken = [] } = lineage ?? {};
  return (
    byActor(event, alert.principal) ||
    behind.some(({ callerArn: arn, callerKey: accessKeyId }) => byActor(event, present({ arn, accessKeyId }))) ||
    taken.some(({ accessKeyId }) => accessKeyId === event.accessKeyId)
  );
}

/**
 * Changes of the instance's tags that make them worth less (S26, S69): by the actor, or by anybody shortly before the export
 * and since; of the machine behind an image by anybody since that was made, because what left is the machine as it was then.
 * A production machine can be dressed as a test machine, and a channel be led elsewhere. A machine that the actor launched,
 * or may have had a service launch, has its tags from the actor. The actor's event that names no resource is taken to be about this instance.
 */
export function doubtfulTagChanges(known: Known): TrailEvent[] {
  const launches = launchesByActor(known);
  return doubtful(
    known,
    (event) =>
      event.eventName === 'CreateTags' ||
      event.eventName === 'DeleteTags' ||
      ((event.tags ?? []).length > 0 && launches.some(({ eventId }) => eventId === event.eventId)),
  );
}

/** That others launch machines shortly before is every day's work; for whom a service did, nobody knows. */
const launchesByActor = (known: Known): TrailEvent[] =>
  doubtful(
    known,
    (event) =>
      event.eventName === 'RunInstances' &&
      event.resources.length > 0 &&
      (bySameHands(event, known) || byService(event)),
  );

/**
 * Auto Scaling, fleets and CloudFormation launch what somebody else asked them to, with the tags of a template: the record
 * names the service alone.
 */
const byService = ({ sourceAddress = '', principalArn = '' }: TrailEvent): boolean =>
  /\.amazonaws\.com(\.cn)?$/.test(sourceAddress) || /:assumed-role\/AWSServiceRoleFor/.test(principalArn);

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

function doubtful(known: Known, matters: (event: TrailEvent) => boolean): TrailEvent[] {
  const { alert, source, instance, actorTrail, tagTrail } = known;
  if (!instance) return [];
  const made = Date.parse(source?.madeAt ?? '');
  const before = Date.parse(alert.time) - shortlyBefore;
  const since = made < before ? made : before;
  const own = (actorTrail?.events ?? []).filter(
    ({ resources }) => resources.length === 0 || resources.includes(instance.instanceId),
  );
  const others = (tagTrail?.events ?? []).filter(
    (event) =>
      event.resources.includes(instance.instanceId) && (bySameHands(event, known) || Date.parse(event.time) >= since),
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
  if (disksPutIn(known).length + (known.source?.otherDisks ?? []).length > 0)
    return "the image has a disk that was not the machine's, of which it says nothing";
  const launches = launchesByActor(known);
  if (launches.some((event) => bySameHands(event, known)))
    return 'the actor launched the machine, and chose what is on it';
  if (launches.length > 0)
    return 'a service launched the machine shortly before the export, and for whom is not in its record';
  const why = whyHistoryUnknown(known.tagTrail);
  return why === null ? null : `who changed it is not known: ${why}`;
}

/** The calls that are looked for above. */
const tagging = ['CreateTags', 'DeleteTags'];
const giving = ['RunInstances', 'AttachVolume', 'CreateReplaceRootVolumeTask', 'CreateImage'];

/** A few hundred other changes push a call out of what is kept of the history; undefined: an incident of an earlier version. */
function whyHistoryUnknown(trail: TrailFacts | null | undefined): string | null {
  if (trail === undefined) return null;
  if (trail === null) return 'the history of the machine was not read';
  const { countByName, events } = trail;
  const leftOut = [...tagging, ...giving].find(
    (name) => (countByName[name] ?? 0) > events.filter(({ eventName }) => eventName === name).length,
  );
  return whyUnread(trail) ?? (leftOut === undefined ? null : `not all calls of ${leftOut} were kept`);
}
