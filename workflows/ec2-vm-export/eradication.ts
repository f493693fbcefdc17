import { affectedCredentials } from '../../src/domain/watch/credentials.ts';
import { eradicationPlan } from '../../src/domain/plan/eradication-plan.ts';
import { carryOut } from '../shared/carry-out.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { summary } from '../shared/summary.ts';
import type { Case } from './case.ts';
import { readExportRole, readPolicyUsers } from './permissions.ts';
import { readTargets } from './targets.ts';
import { permissionTrail } from '../../src/domain/findings/permission-trail.ts';

/** Eradication (S104–S111): find the statements that allowed the export, and remove or narrow them. */
export async function eradicate(incident: IncidentRun, investigated: Case): Promise<{ outcome: string }> {
  const { alert } = investigated;
  const { permissionTrails } = investigated;
  const exportRole = await readExportRole(incident, alert);
  const changes = permissionTrails ? permissionTrail(permissionTrails) : null;
  const acts = await carryOut(incident, async () => {
    const known = await readTargets(incident, investigated);
    const policyUsers = await readPolicyUsers(incident, alert, known.principal);
    return eradicationPlan({ incidentKey: incident.key, ...known, permissionTrail: changes, exportRole, policyUsers });
  });
  if (incident.policy.rotation) incident.credentials.track(affectedCredentials(investigated));
  return { outcome: summary(acts, incident.key) };
}
