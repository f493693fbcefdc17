import { triageFindings } from '../../src/domain/findings/findings.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { judge, standing, type Case } from './case.ts';

/** Triage (S47–S67): everything that the alert itself says, a first severity, and the allow-list. Reads nothing. */
export async function triage(incident: IncidentRun): Promise<Case & { outcome: string }> {
  const { alert } = incident.opening;
  const known = judge(incident, {
    alert,
    policy: incident.policy,
    instance: null,
    task: null,
    object: null,
    bucket: null,
    reads: null,
    actorTrail: null,
    lineage: null,
    suspects: [],
    trusts: [],
    roleSessions: [],
    beyond: [],
    copies: null,
    principal: null,
    bucketTrail: null,
  });
  incident.record.addFindings(triageFindings(known));
  for (const fact of alert.missing) incident.record.add('gap', `the alert does not say: ${fact}`);
  return Promise.resolve({ ...known, outcome: `${alert.eventName} ${alert.outcome}; ${standing(incident, known)}` });
}
