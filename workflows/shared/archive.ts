import { indexEvents } from '../activities.ts';
import type { IncidentRun } from './incident-run.ts';
import { reasonOf } from './observed.ts';
import { now } from './record.ts';

/** Leaves the incident's events where the intake looks when Temporal no longer has the incident (P1). */
export async function indexIncident(incident: IncidentRun): Promise<void> {
  const { key, workflowId, record } = incident;
  const { eventIds, alertsNotListed } = record;
  if (alertsNotListed > 0) {
    record.add('note', `${alertsNotListed} alerts are counted only: their events do not get into the archive's index`);
  }
  try {
    await indexEvents({ incidentKey: key, workflowId, eventIds, closedAt: now(), ...endOf(incident) });
  } catch (error) {
    record.add('gap', `the events are not in the archive's index (${reasonOf(error)})`);
  }
}

/** For incidents about later exports; an incident of an earlier version leaves what it left then. */
function endOf({ policy, assessment, verdict }: IncidentRun) {
  if (!policy.earlierIncidents) return {};
  return { ...(assessment ? { severity: assessment.severity } : {}), ...(verdict ? { verdict } : {}) };
}
