import { investigationFindings } from '../../src/domain/findings.ts';
import { suspectsOf } from '../../src/domain/suspects.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { judge, standing, type Case } from './case.ts';
import { traceLineage } from './lineage.ts';
import { readRoleSessions, revocable } from './role-sessions.ts';
import { readCopies, readPrincipal, readSuspects, readTrusts } from './targets.ts';
import { readTrail, windowStart } from './trail.ts';
import { traceTrusts } from './trusts.ts';

const keep = 100;

/** Investigation (S77–S92): who the actor is and what changed, who can reach the bucket, who opened it, and other copies. */
export async function investigate(incident: IncidentRun, validated: Case): Promise<Case & { outcome: string }> {
  const { alert, bucket } = validated;
  const from = windowStart(incident, alert);
  const [principal, bucketTrail] = await Promise.all([
    readPrincipal(incident, alert),
    bucket
      ? readTrail(
          incident,
          alert,
          'changes of the bucket',
          { name: 'ResourceName', value: bucket.bucket },
          { from, keep },
        )
      : null,
  ]);

  const lineage = await traceLineage(incident, alert, validated.actorTrail);
  const named = suspectsOf(lineage, alert);
  const opened = await traceTrusts(incident, alert, lineage);
  const [suspects, trusts, copies] = await Promise.all([
    readSuspects(incident, alert, named.suspects),
    readTrusts(incident, alert, opened.suspects),
    readCopies(incident, { ...validated, lineage }),
  ]);
  const beyond = [...named.beyond, ...opened.beyond];
  const roleSessions = await readRoleSessions(incident, alert, revocable(principal, suspects));
  const found = { principal, bucketTrail, lineage, suspects, trusts, beyond, roleSessions, copies };
  await incident.sources.settled();
  const known = judge(incident, { ...validated, ...found });
  incident.record.addFindings(investigationFindings(known));
  return { ...known, outcome: standing(incident, known) };
}
