import type { TrailAttribute } from '../../activities/cloudtrail/contract.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { TrailFacts } from '../../src/domain/findings/facts.ts';
import { lookupTrail } from '../activities.ts';
import type { IncidentRun } from './incident-run.ts';
import { observed } from './observed.ts';
import { now } from './record.ts';
import { placeOf } from './place.ts';

/** `to`: until when, now where it is left out. */
interface Window {
  from: string;
  to?: string;
  keep: number;
  pages?: number;
  summarise?: boolean;
}

/** What CloudTrail holds of a key, a name or a call in a window; null: it could not be read, and the gap is on record (P8). */
export const readTrail = (
  incident: IncidentRun,
  alert: Alert,
  what: string,
  attribute: TrailAttribute,
  { from, to = now(), ...more }: Window,
): Promise<TrailFacts | null> =>
  observed(incident.record, what, lookupTrail({ ...placeOf(alert), attribute, from, to, ...more }));

/** Since when the activity around the alert is read. */
export const windowStart = (incident: IncidentRun, alert: Alert): string =>
  new Date(Date.parse(alert.time) - incident.policy.activityWindow).toISOString();
