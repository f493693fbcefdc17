import type { Alert } from '../../src/domain/alert.ts';
import type { PrincipalFacts } from '../../src/domain/facts.ts';
import { roleSessionsIn, type RoleSessions } from '../../src/domain/role-sessions.ts';
import type { KnownSuspect } from '../../src/domain/suspects.ts';
import { lookupTrail } from '../activities.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { observed } from '../shared/observed.ts';
import { now } from '../shared/record.ts';
import { placeOf } from './targets.ts';

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
      const question = lookupTrail({
        ...placeOf(alert),
        // CloudTrail lists a role among the resources of the calls that assume it.
        attribute: { name: 'ResourceName', value: role.arn },
        from: new Date(Date.parse(alert.time) - incident.policy.activityWindow).toISOString(),
        to: now(),
        keep,
      });
      return roleSessionsIn(role, await observed(incident.record, `the sessions of role ${role.name}`, question));
    }),
  );
