import type { Alert } from '../../src/domain/alert/alert.ts';
import { roleSessionsIn, type RoleSessions } from '../../src/domain/plan/role-sessions.ts';
import type { KnownSuspect } from '../../src/domain/plan/suspects.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { readTrail, windowStart } from '../shared/trail.ts';
import type { PrincipalFacts } from '../../src/domain/findings/principal-facts.ts';

const keep = 100;

/** The roles whose sessions containment may revoke. */
export const revocable = (actor: PrincipalFacts | null, suspects: KnownSuspect[]): PrincipalFacts[] =>
  [actor, ...suspects.map(({ extent, facts }) => (extent === 'sessions' ? facts : null))].flatMap((principal) =>
    principal?.type === 'role' ? [principal] : [],
  );

/** Who else has sessions of these roles, so that approvers see who has to begin new ones (S99). */
export const readRoleSessions = (
  incident: IncidentRun,
  alert: Alert,
  roles: PrincipalFacts[],
): Promise<RoleSessions[]> =>
  Promise.all(
    roles.map(async (role) => {
      // CloudTrail lists a role among the resources of the calls that assume it.
      const attribute = { name: 'ResourceName' as const, value: role.arn };
      const span = { from: windowStart(incident, alert), keep };
      return roleSessionsIn(
        role,
        await readTrail(incident, alert, `the sessions of role ${role.name}`, attribute, span),
      );
    }),
  );
