import type { Alert } from '../../src/domain/alert/alert.ts';
import type { Lineage } from '../../src/domain/findings/lineage.ts';
import { mostSuspects } from '../../src/domain/plan/suspects.ts';
import { trustChanges, trustSuspects, type TrustSuspect } from '../../src/domain/plan/trust-suspects.ts';
import { observe } from '../activities.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { eventHistory } from '../../src/domain/cloudtrail/event-history.ts';
import { observed } from '../shared/observed.ts';
import { placeOf } from '../shared/place.ts';
import { readTrail } from '../shared/trail.ts';
import type { Beyond } from '../../src/domain/alert/other-callers.ts';
import type { TrailEvent } from '../../src/domain/findings/trail-facts.ts';

const keep = 100;

/** The roles that let in whom they should not, with what the trail holds of their trust policies (S91, S98). */
export async function traceTrusts(
  incident: IncidentRun,
  alert: Alert,
  lineage: Lineage,
): Promise<{ suspects: TrustSuspect[]; beyond: Beyond[] }> {
  const trusting = await rolesTrustingMade(incident, alert, lineage);
  const all = trustSuspects(lineage, alert, incident.policy, trusting);
  const named = all.slice(0, mostSuspects);
  const events = named.length === 0 ? [] : await writtenTrusts(incident, alert);
  return {
    suspects: named.map((suspect) => ({ ...suspect, changes: trustChanges(suspect.roleName, events, lineage) })),
    beyond: all.slice(mostSuspects).map(({ roleName, why }) => ({
      what: `narrow-trust:${roleName}`,
      why: `${why.join(', ')}: more than ${mostSuspects}, by hand`,
    })),
  };
}

async function rolesTrustingMade(incident: IncidentRun, alert: Alert, { made }: Lineage): Promise<string[]> {
  const providers = made.flatMap(({ kind, name }) => (kind === 'identity-provider' ? [name] : []));
  if (providers.length === 0) return [];
  const question = observe.rolesTrusting({ ...placeOf(alert), providers });
  return (
    (await observed(incident.record, 'which roles trust the identity providers that the actor made', question)) ?? []
  );
}

/** By the calls that write trust policies: a role's name is in every read of it, too. */
async function writtenTrusts(incident: IncidentRun, alert: Alert): Promise<TrailEvent[]> {
  const from = new Date(Date.parse(alert.time) - eventHistory).toISOString();
  const trails = await Promise.all(
    ['UpdateAssumeRolePolicy', 'CreateRole'].map((value) => {
      const attribute = { name: 'EventName' as const, value };
      return readTrail(incident, alert, `former trust policies, from ${value}`, attribute, { from, keep });
    }),
  );
  return trails.flatMap((trail) => trail?.events ?? []);
}
