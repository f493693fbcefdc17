import type { TrailEvent } from './facts.ts';
import { byActor } from './export-history.ts';
import type { CaseFile } from '../severity/severity-facts.ts';

/** What is changed so shortly before an export may have been changed for it, whoever did. */
export const shortlyBefore = 24 * 3_600_000;

type Known = Pick<CaseFile, 'alert' | 'source' | 'instance' | 'actorTrail' | 'tagTrail'>;

/**
 * Changes of the instance's tags that make them worth less (S26, S69): by the actor, or by anybody shortly before the export
 * and since; of the machine behind an image by anybody since that was made, because what left is the machine as it was then.
 * A production machine can be dressed as a test machine, and a channel be led elsewhere. The actor's event that names no
 * resource is taken to be about this instance.
 */
export function doubtfulTagChanges({ alert, source, instance, actorTrail, tagTrail }: Known): TrailEvent[] {
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
  const changes = [...own, ...others].filter(
    ({ eventName, errorCode }) => (eventName === 'CreateTags' || eventName === 'DeleteTags') && errorCode === undefined,
  );
  return [...new Map(changes.map((event) => [event.eventId, event])).values()];
}

/** Whether any of these tags was so changed; a record that does not name its tags may be about each of them. */
export const isDoubtful = (changes: TrailEvent[], names: string[]): boolean =>
  changes.some(({ tags }) => tags === undefined || tags.some((tag) => names.includes(tag)));
