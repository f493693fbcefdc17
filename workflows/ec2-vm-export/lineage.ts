import type { Alert } from '../../src/domain/alert/alert.ts';
import { whyIncomplete } from '../../src/domain/findings/finding.ts';
import {
  copiesOnTrail,
  entriesIn,
  hopsIn,
  isSessionKey,
  waysInOf,
  type Hop,
  type Lineage,
} from '../../src/domain/findings/lineage.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { readTrail, windowStart } from '../shared/trail.ts';
import type { TrailEvent, TrailFacts } from '../../src/domain/findings/trail-facts.ts';

/** Chains of roles are short; what goes on after these is said to be unknown. */
const mostHops = 5;
const mostSessions = 10;
const keep = 100;

/**
 * Who stands behind the session that exported, and what the same hands took and made (S71, S91, S98): a key that is
 * switched off does not help when its owner has another way in.
 */
export async function traceLineage(
  incident: IncidentRun,
  alert: Alert,
  actorTrail: TrailFacts | null,
): Promise<Lineage> {
  const behind: Hop[] = [];
  const gaps: string[] = [];
  const trails: TrailFacts[] = actorTrail ? [actorTrail] : [];
  const searches: (TrailFacts | null)[] = [];

  let key = alert.principal.accessKeyId;
  while (isSessionKey(key) && behind.length < mostHops) {
    const searched = await whoTook(incident, alert, key);
    searches.push(searched);
    const hop = hopsIn(searched?.events ?? []).find(({ accessKeyId }) => accessKeyId === key);
    if (!hop) {
      gaps.push(`who took session ${key} is not in the trail`);
      break;
    }
    behind.push(hop);
    key = hop.callerKey;
    const activity = key === undefined ? null : await activityOf(incident, alert, key);
    if (activity) trails.push(activity);
  }

  const taken: Hop[] = [];
  // The export's own session was taken too, by whoever is behind it.
  const known = new Set([alert.principal.accessKeyId, ...behind.map(({ accessKeyId }) => accessKeyId)]);
  for (let next = newHops(trails, known); next.length > 0;) {
    const [hop, ...more] = next;
    if (!hop || taken.length >= mostSessions) {
      gaps.push(`more than ${mostSessions} sessions were taken; the others were not followed`);
      break;
    }
    taken.push(hop);
    known.add(hop.accessKeyId);
    const activity = await activityOf(incident, alert, hop.accessKeyId);
    if (activity) trails.push(activity);
    next = [...more, ...(activity ? newHops([activity], known) : [])];
  }

  for (const trail of trails) {
    const why = whyIncomplete(trail);
    if (why !== null) gaps.push(why);
  }
  const events = new Map<string, TrailEvent>(
    trails.flatMap((trail) => trail.events.map((event) => [event.eventId, event])),
  );
  const all = [...events.values()];
  const evidence = [...trails, ...searches].flatMap((trail) => trail?.evidence ?? []);
  return {
    behind,
    taken,
    made: waysInOf(all),
    copies: copiesOnTrail(all),
    entered: entriesIn(all),
    gaps: [...new Set(gaps)],
    evidence,
  };
}

const newHops = (trails: TrailFacts[], known: ReadonlySet<string | undefined>): Hop[] =>
  trails.flatMap(({ events }) => hopsIn(events)).filter(({ accessKeyId }) => !known.has(accessKeyId));

/** CloudTrail lists the key of a session among the resources of the call that handed it out. */
const whoTook = (incident: IncidentRun, alert: Alert, accessKeyId: string): Promise<TrailFacts | null> =>
  look(incident, alert, `who took session ${accessKeyId}`, { name: 'ResourceName', value: accessKeyId });

const activityOf = (incident: IncidentRun, alert: Alert, accessKeyId: string): Promise<TrailFacts | null> =>
  look(incident, alert, `the activity of ${accessKeyId}`, { name: 'AccessKeyId', value: accessKeyId });

function look(
  incident: IncidentRun,
  alert: Alert,
  what: string,
  attribute: { name: 'ResourceName' | 'AccessKeyId'; value: string },
): Promise<TrailFacts | null> {
  return readTrail(incident, alert, what, attribute, { from: windowStart(incident, alert), keep });
}
