import { workflowInfo } from '@temporalio/workflow';
import type { IncidentView } from '../../src/domain/incident.ts';
import type { IncidentRun } from './incident-run.ts';

/** The incident as it stands, for whoever asks. */
export function viewOf(incident: IncidentRun): IncidentView {
  const { record } = incident;
  return {
    incidentKey: incident.key,
    workflowId: incident.workflowId,
    runId: workflowInfo().runId,
    playbook: incident.playbook.id,
    phase: record.phase,
    alert: incident.opening.alert,
    eventIds: record.eventIds,
    arrivals: record.arrivals,
    related: incident.relations.related,
    relatedTotal: incident.relations.relatedTotal,
    burst: incident.relations.burst,
    alertCount: record.alertCount,
    alertsNotListed: record.alertsNotListed,
    assessment: incident.assessment,
    verdict: incident.verdict,
    findings: record.findings,
    pendingApproval: incident.gate.pending,
    requests: incident.gate.requests,
    decisions: record.decisions,
    actions: record.actions,
    foundOff: record.foundOff,
    timeline: record.timeline,
    notes: record.notes,
    notices: incident.notices.records,
    undos: incident.undos.records,
    credentials: incident.credentials.records,
    ...(incident.opening.undoes === undefined ? {} : { undoes: incident.opening.undoes }),
    ...incident.behindActor,
    ...(incident.links ? { links: incident.links } : {}),
    ...(incident.opening.predecessor === undefined ? {} : { predecessor: incident.opening.predecessor }),
  };
}
