import { exportEvents, type Alert } from '../../src/domain/alert/alert.ts';
import { eventHistory } from '../../src/domain/cloudtrail/event-history.ts';
import type { TrailFacts } from '../../src/domain/findings/facts.ts';
import { lookupCalls } from '../activities.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { observed } from '../shared/observed.ts';
import { now } from '../shared/record.ts';
import { placeOf } from '../shared/place.ts';
import { readTrail } from '../shared/trail.ts';

const keep = 100;

/** What was done to the machine since CloudTrail remembers, by anybody, and every export call of the account (S69, S85, S92). */
export async function readExportHistory(
  incident: IncidentRun,
  alert: Alert,
): Promise<{ tagTrail: TrailFacts | null; exportTrail: TrailFacts | null }> {
  const from = new Date(Date.parse(alert.time) - eventHistory).toISOString();
  const calls = lookupCalls({ ...placeOf(alert), names: [...exportEvents], from, to: now(), keep });
  const [tagTrail, exportTrail] = await Promise.all([
    readTagTrail(incident, alert, from),
    observed(incident.record, 'the export calls of the account', calls),
  ]);
  return { tagTrail, exportTrail };
}

/** CloudTrail lists a machine among the resources of the calls that launch it and change its tags; null: the alert names none. */
const readTagTrail = (incident: IncidentRun, alert: Alert, from: string): Promise<TrailFacts | null> | null =>
  alert.instanceId === undefined
    ? null
    : readTrail(
        incident,
        alert,
        'what was done to the instance',
        { name: 'ResourceName', value: alert.instanceId },
        { from, keep },
      );
