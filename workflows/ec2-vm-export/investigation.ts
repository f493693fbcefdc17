import type { Alert } from '../../src/domain/alert/alert.ts';
import { investigationFindings } from '../../src/domain/findings/findings.ts';
import { sourceQuestion } from '../../src/domain/findings/source-question.ts';
import type { Lineage } from '../../src/domain/findings/lineage.ts';
import { signersOf } from '../../src/domain/plan/signers.ts';
import { suspectsOf } from '../../src/domain/plan/suspects.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { readHistory, readPlaces } from './actor.ts';
import { judge, standing, type Case } from './case.ts';
import { readEarlierEnds } from './earlier.ts';
import { traceLineage } from './lineage.ts';
import { readPolicyUsers, tracePermissions } from './permissions.ts';
import { readRoleSessions, revocable } from './role-sessions.ts';
import { readPrincipal } from '../shared/actor.ts';
import { readCopies, readCopyBuckets, readSuspects, readTrusts } from './targets.ts';
import { readTrail, windowStart } from '../shared/trail.ts';
import { traceTrusts } from './trusts.ts';

const keep = 100;

/** Investigation (S77–S92): who the actor is and what changed, who can reach the bucket, who opened it, and other copies. */
export async function investigate(incident: IncidentRun, validated: Case): Promise<Case & { outcome: string }> {
  const { alert, bucket } = validated;
  const from = windowStart(incident, alert);
  // Of an export that was authorised until now, nobody was asked yet.
  incident.sources.ask(sourceQuestion(incident.key, validated));
  const [{ principal, permissionTrails, policyUsers }, spread, history, earlierEnds, bucketTrail] = await Promise.all([
    readPermissions(incident, alert),
    readSpread(incident, validated),
    readHistory(incident, alert),
    readEarlierEnds(incident, validated),
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

  const [roleSessions, places] = await Promise.all([
    readRoleSessions(incident, alert, revocable(principal, spread.suspects)),
    readPlaces(incident, { ...validated, history }),
  ]);
  const permissions = { principal, permissionTrails, policyUsers };
  const found = { ...permissions, ...spread, bucketTrail, roleSessions, history, places, earlierEnds };
  await incident.sources.settled();
  const known = judge(incident, { ...validated, ...found });
  incident.record.addFindings(investigationFindings(known));
  return { ...known, outcome: standing(incident, known) };
}

/** Where the same hands went beside the export: whom they became, what they made and let in, and what they copied (S91, S98). */
async function readSpread(incident: IncidentRun, validated: Case) {
  const { alert } = validated;
  const lineage = await traceLineage(incident, alert, validated.actorTrail);
  incident.gate.actedThrough(lineage.behind.flatMap(({ callerArn }) => callerArn ?? []));
  const named = suspectsOf(lineage, alert, signersOf(validated.reads, alert, incident.policy.responders));
  const [suspects, opened, copies, copyBuckets] = await Promise.all([
    readSuspects(incident, alert, named.suspects),
    readOpenedRoles(incident, alert, lineage),
    readCopies(incident, { ...validated, lineage }),
    readCopyBuckets(incident, { ...validated, lineage }),
  ]);
  const beyond = [...named.beyond, ...opened.beyond];
  return { lineage, suspects, trusts: opened.trusts, copies, copyBuckets, beyond };
}

async function readOpenedRoles(incident: IncidentRun, alert: Alert, lineage: Lineage) {
  const { suspects, beyond } = await traceTrusts(incident, alert, lineage);
  return { trusts: await readTrusts(incident, alert, suspects), beyond };
}

/** The actor as IAM has it, what was changed about it, and who has the same rights (S105). */
async function readPermissions(incident: IncidentRun, alert: Alert) {
  const principal = await readPrincipal(incident, alert);
  const [permissionTrails, policyUsers] = await Promise.all([
    tracePermissions(incident, alert, principal),
    readPolicyUsers(incident, alert, principal),
  ]);
  return { principal, permissionTrails, policyUsers };
}
