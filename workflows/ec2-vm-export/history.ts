import { exportEvents, type Alert } from '../../src/domain/alert/alert.ts';
import { eventHistory } from '../../src/domain/cloudtrail/event-history.ts';
import { machineOf } from '../../src/domain/findings/machine.ts';
import { recordingCalls } from '../../src/domain/findings/recorded-since.ts';
import { lookupCalls } from '../activities.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { observed } from '../shared/observed.ts';
import { now } from '../shared/record.ts';
import { placeOf } from '../shared/place.ts';
import { readTrail } from '../shared/trail.ts';
import type { Case } from './case.ts';
import type { TrailFacts } from '../../src/domain/findings/trail-facts.ts';

const keep = 100;
/** Nightly images and starts of a quarter of a year leave room for what was done to its tags. */
const keepOfMachine = 300;

/** What was done to the machine since CloudTrail remembers, by anybody, and every export call of the account (S69, S85, S92); since when reads are recorded (S73). */
export async function readExportHistory(
  incident: IncidentRun,
  known: Pick<Case, 'alert' | 'source'>,
): Promise<Pick<Case, 'tagTrail' | 'exportTrail' | 'recordingTrail'>> {
  const { alert } = known;
  const from = new Date(Date.parse(alert.time) - eventHistory).toISOString();
  const calls = lookupCalls({ ...placeOf(alert), names: [...exportEvents], from, to: now(), keep });
  const [tagTrail, exportTrail, recordingTrail] = await Promise.all([
    readTagTrail(incident, known, from),
    observed(incident.record, 'the export calls of the account', calls),
    alert.outcome === 'success' ? readRecording(incident, alert, from) : undefined,
  ]);
  return { tagTrail, exportTrail, ...(recordingTrail === undefined ? {} : { recordingTrail }) };
}

/** The same for every incident of the account: those of a storm share the answer. */
const readRecording = (incident: IncidentRun, alert: Alert, from: string): Promise<TrailFacts | null> =>
  observed(
    incident.record,
    'since when reads are recorded',
    lookupCalls({ ...placeOf(alert), names: recordingCalls, from, to: now(), keep, covering: alert.time }),
  );

/** CloudTrail lists a machine among the resources of the calls that launch it and change its tags; null: none is known. */
function readTagTrail(
  incident: IncidentRun,
  { alert, source }: Pick<Case, 'alert' | 'source'>,
  from: string,
): Promise<TrailFacts | null> | null {
  const machine = machineOf({ alert, source });
  if (!machine) return null;
  const there = { ...alert, region: machine.region };
  const attribute = { name: 'ResourceName' as const, value: machine.instanceId };
  return readTrail(incident, there, 'what was done to the instance', attribute, { from, keep: keepOfMachine });
}
