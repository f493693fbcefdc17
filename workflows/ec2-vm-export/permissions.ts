import type { Alert } from '../../src/domain/alert/alert.ts';
import { grantsExport } from '../../src/domain/policy/export-permission.ts';
import type { PolicyUsers } from '../../src/domain/policy/policy-users.ts';
import { observe } from '../activities.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { observed } from '../shared/observed.ts';
import { placeOf } from '../shared/place.ts';
import { readTrail, windowStart } from '../shared/trail.ts';
import type { TrailFacts } from '../../src/domain/findings/trail-facts.ts';
import type { PrincipalFacts, PrincipalPolicies } from '../../src/domain/findings/principal-facts.ts';

const keep = 100;
/** Each is a query of its own at CloudTrail's pace; the rest is said to be missing. */
const mostQueries = 10;

/** What was changed about the actor, its groups and its policies, before the export and since (S91, S105); null: not known. */
export async function tracePermissions(
  incident: IncidentRun,
  alert: Alert,
  principal: PrincipalFacts | null,
): Promise<(TrailFacts | null)[] | null> {
  if (!principal) return null;
  const names = [
    principal.name,
    ...principal.groups.map(({ name }) => name),
    ...[principal, ...principal.groups].flatMap(ownPolicies),
  ];
  const asked = [...new Set(names)];
  const from = windowStart(incident, alert);
  const trails = await Promise.all(
    asked.slice(0, mostQueries).map((value) => {
      const attribute = { name: 'ResourceName' as const, value };
      return readTrail(incident, alert, `changes of ${value}`, attribute, { from, keep });
    }),
  );
  return asked.length > mostQueries ? [...trails, null] : trails;
}

/** AWS's own policies are changed by nobody here. */
const ownPolicies = ({ attached }: PrincipalPolicies): string[] =>
  attached.flatMap(({ arn, awsManaged }) => (awsManaged ? [] : [arn]));

/** Who else loses something when the permission to export is taken out of the actor's policies. */
export async function readPolicyUsers(
  incident: IncidentRun,
  alert: Alert,
  principal: PrincipalFacts | null,
): Promise<PolicyUsers | null> {
  const holders = principal ? [principal, ...principal.groups] : [];
  const policyArns = holders
    .flatMap(({ attached }) => attached)
    .flatMap(({ arn, awsManaged, document }) => (!awsManaged && grantsExport(document).length > 0 ? [arn] : []));
  const groups = (principal?.groups ?? []).map(({ name }) => name);
  if (policyArns.length + groups.length === 0) return null;
  const question = observe.policyUsers({ ...placeOf(alert), policyArns: [...new Set(policyArns)], groups });
  return observed(incident.record, 'who else has the policies of the actor', question);
}

/** ExportImage works as this role; null for the other exports. */
export function readExportRole(incident: IncidentRun, alert: Alert): Promise<PrincipalFacts | null> {
  if (alert.eventName !== 'ExportImage') return Promise.resolve(null);
  const name = alert.roleName ?? 'vmimport';
  const question = observe.describePrincipal({ ...placeOf(alert), type: 'role', name });
  return observed(incident.record, `service role ${name}`, question);
}
