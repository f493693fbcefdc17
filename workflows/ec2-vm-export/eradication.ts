import { affectedCredentials } from '../../src/domain/credentials.ts';
import { eradicationPlan } from '../../src/domain/eradication-plan.ts';
import { carryOut } from '../shared/carry-out.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import type { Case } from './case.ts';
import { summary } from './containment.ts';
import { readTargets } from './targets.ts';

/** Eradication (S104–S111): find the statements that allowed the export, and remove or narrow them. */
export async function eradicate(incident: IncidentRun, investigated: Case): Promise<{ outcome: string }> {
  const acts = await carryOut(incident, async () =>
    eradicationPlan({ incidentKey: incident.key, ...(await readTargets(incident, investigated)) }),
  );
  if (incident.policy.rotation) incident.credentials.track(affectedCredentials(investigated));
  return { outcome: summary(acts) };
}
