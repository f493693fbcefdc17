import type { TrailAttribute } from '../../activities/cloudtrail/contract.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { searchThenLookUp } from './trail-search.ts';
import { lookupTrail } from '../activities.ts';
import type { IncidentRun } from './incident-run.ts';
import { observed } from './observed.ts';
import { now } from './record.ts';
import { placeOf } from './place.ts';
import type { TrailFacts } from '../../src/domain/findings/trail-facts.ts';

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
): Promise<TrailFacts | null> => {
  const { name, value } = attribute;
  const window = { ...placeOf(alert), from, to, ...more };
  return incident.policy.trailSearch === true && (name === 'AccessKeyId' || name === 'Username')
    ? searchThenLookUp(incident.record, what, { ...window, attribute: { name, value } })
    : observed(incident.record, what, lookupTrail({ ...window, attribute }));
};

/** Since when the activity around the alert is read. */
export const windowStart = (incident: IncidentRun, alert: Alert): string =>
  new Date(Date.parse(alert.time) - incident.policy.activityWindow).toISOString();
