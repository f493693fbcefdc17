import { whyChangesMissing } from './finding.ts';
import type { PermissionChange, TrailEvent, TrailFacts } from './trail-facts.ts';

/** Changes of what the actor may do, and when: before the export they may have allowed it, after it they hide that. */
export interface PermissionTrail {
  changes: DatedChange[];
  /** Why there may be more; null: this is all of the window. */
  incomplete: string | null;
}

export interface DatedChange extends PermissionChange {
  at: string;
  call: string;
  by?: string;
}

/** From the trails of the principal, its groups and its policies, each event once, oldest first; null: not read. */
export function permissionTrail(trails: (TrailFacts | null)[]): PermissionTrail {
  const events = new Map<string, TrailEvent>(
    trails.flatMap((trail) => (trail?.events ?? []).map((event) => [event.eventId, event])),
  );
  const changes = [...events.values()].flatMap(({ permission, time, eventName, principalArn, errorCode }) =>
    permission && errorCode === undefined
      ? [{ ...permission, at: time, call: eventName, ...(principalArn === undefined ? {} : { by: principalArn }) }]
      : [],
  );
  const why = trails.map((trail) => (trail ? whyChangesMissing(trail) : 'a trail was not read'));
  return {
    changes: changes.toSorted((a, b) => a.at.localeCompare(b.at)),
    incomplete: why.find((reason) => reason !== null) ?? null,
  };
}
