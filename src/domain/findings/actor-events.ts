import type { CaseFile } from './case-file.ts';
import type { TrailEvent } from './trail-facts.ts';

/** Kept calls of the actor, by the key and by the name, each once, oldest first. */
export function actorEvents({ actorTrail, nameTrail }: Pick<CaseFile, 'actorTrail' | 'nameTrail'>): TrailEvent[] {
  const all = [...(actorTrail?.events ?? []), ...(nameTrail?.events ?? [])];
  return [...new Map(all.map((event) => [event.eventId, event])).values()].sort((a, b) => a.time.localeCompare(b.time));
}
