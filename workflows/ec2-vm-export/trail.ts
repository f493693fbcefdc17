import type { TrailAttribute } from '../../activities/cloudtrail/contract.ts';
import type { Alert } from '../../src/domain/alert.ts';
import type { TrailFacts } from '../../src/domain/facts.ts';
import { lookupTrail } from '../activities.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { observed } from '../shared/observed.ts';
import { now } from '../shared/record.ts';
import { placeOf } from './targets.ts';

/** What CloudTrail holds of a key, a name or a call until now; null: it could not be read, and the gap is on record (P8). */
export const readTrail = (
  incident: IncidentRun,
  alert: Alert,
  what: string,
  attribute: TrailAttribute,
  { from, keep }: { from: string; keep: number },
): Promise<TrailFacts | null> =>
  observed(incident.record, what, lookupTrail({ ...placeOf(alert), attribute, from, to: now(), keep }));

/** Since when the activity around the export is read. */
export const windowStart = (incident: IncidentRun, alert: Alert): string =>
  new Date(Date.parse(alert.time) - incident.policy.activityWindow).toISOString();
