import type { Alert } from '../../src/domain/alert/alert.ts';
import { blindingCalls } from '../../src/domain/findings/concealment.ts';
import { addressesOf } from '../../src/domain/findings/geography.ts';
import type { Investigated } from '../../src/domain/findings/investigated.ts';
import { historyBefore } from '../../src/domain/findings/new-for-actor.ts';
import { trailName } from '../../src/domain/alert/principal.ts';
import { lookupCalls, observe } from '../activities.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { observed } from '../shared/observed.ts';
import { now } from '../shared/record.ts';
import { placeOf } from '../shared/place.ts';
import { readTrail, windowStart } from '../shared/trail.ts';
import type { PlacesFacts } from '../../src/domain/findings/places.ts';
import type { TrailFacts, BlindingCalls } from '../../src/domain/findings/trail-facts.ts';
import type { BucketFacts } from '../../src/domain/findings/bucket-facts.ts';

/** Of what is read beside it: most of it is in the actor's own trail, too. */
const keepBeside = 50;
/** So far back a search engine is asked, which keeps calls for longer than CloudTrail. */
const searchedHistory = 365 * 86_400_000;

/** What the name did with other keys and in the console, which signs in without one (S72, S89). */
export function readNameTrail(incident: IncidentRun, alert: Alert): Promise<TrailFacts | null> | null {
  const value = trailName(alert.principal);
  if (alert.principal.accessKeyId === undefined || value === undefined) return null;
  const attribute = { name: 'Username' as const, value };
  const window = { from: windowStart(incident, alert), keep: keepBeside };
  return readTrail(incident, alert, `the activity of ${value} by name`, attribute, window);
}

/** What the actor did before the day of the export, in figures: what is new is new against that. */
export function readHistory(incident: IncidentRun, alert: Alert): Promise<TrailFacts | null> | null {
  const value = trailName(alert.principal);
  if (value === undefined) return null;
  const attribute = { name: 'Username' as const, value };
  const reach = incident.policy.trailSearch === true ? searchedHistory : undefined;
  const window = { ...historyBefore(alert.time, reach), keep: 0, summarise: true };
  return readTrail(incident, alert, `what ${value} did before`, attribute, window);
}

/** What anybody in the account did to trails and detectors, and which buckets hold logs (S61). */
export async function readBlinding(
  incident: IncidentRun,
  alert: Alert,
  covering = alert.time,
): Promise<Omit<BlindingCalls, 'responders'>> {
  const { record } = incident;
  const place = placeOf(alert);
  // What somebody does to logs days later belongs to another story.
  const end = new Date(Date.parse(alert.time) + incident.policy.activityWindow).toISOString();
  const to = [now(), end].sort()[0] ?? end;
  const window = { from: windowStart(incident, alert), to, keep: keepBeside, covering };
  const [trail, logBuckets] = await Promise.all([
    observed(record, 'what was done to trails and logs', lookupCalls({ ...place, names: blindingCalls, ...window })),
    observed(record, 'the buckets of trails', observe.trailBuckets(place)),
  ]);
  return { trail, logBuckets };
}

/** With the access logs of the export's bucket, which are as telling as a trail. */
export const blindingOf = (
  { trail, logBuckets }: Omit<BlindingCalls, 'responders'>,
  bucket: BucketFacts | null,
  { policy }: IncidentRun,
): BlindingCalls => ({
  trail,
  logBuckets: logBuckets && [...logBuckets, ...(bucket?.logging ? [bucket.logging.bucket] : [])],
  responders: policy.responders,
});

/** Where the actor's addresses are, by the operator's files (S90). */
export function readPlaces(incident: IncidentRun, file: Investigated): Promise<PlacesFacts | null> | null {
  const addresses = addressesOf(file);
  if (addresses.length === 0) return null;
  return observed(incident.record, 'where addresses are', observe.locate({ addresses }));
}
