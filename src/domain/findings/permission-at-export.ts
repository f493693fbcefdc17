import { isDenial } from '../cloudtrail/denial.ts';
import type { Finding } from './evidence.ts';
import { answeredBy, finding, some, unanswered } from './finding.ts';
import { principalsOf } from '../policy/role-trust.ts';
import type { Investigated } from './investigated.ts';
import { allowing } from '../policy/statements-allowing.ts';
import { permissionTrail, type DatedChange } from './permission-trail.ts';
import type { PrincipalFacts } from './principal-facts.ts';

const id = 'permission-at-export';
const sources = ['S22', 'S105'];
const question = 'Is it known how the actor had the right to export at that time?';

/** IAM shows today's policies; what was changed since the export stands in the trail (S22, S105). */
export function permissionAtExport(file: Investigated): Finding {
  const { alert, principal, permissionTrails } = file;
  if (alert.outcome === 'failure' && isDenial(alert.errorCode)) {
    const none = `it had none: AWS refused the call with ${alert.errorCode ?? ''}`;
    return answeredBy('alert', finding(id, sources, question, 'yes', none));
  }
  if (alert.principal.kind === 'root') {
    const root = 'as the root user of the account, which needs no policy';
    return answeredBy('alert', finding(id, sources, question, 'yes', root));
  }
  if (!principal) return unanswered(id, sources, question, 'the actor could not be read in IAM');
  const gap = principal.gaps[0];
  const action = `ec2:${alert.eventName}`;
  const now = allowing(principal, action);
  const trail = permissionTrails ? permissionTrail(permissionTrails) : null;
  if (!trail) return unanswered(id, sources, question, "changes of the actor's policies were not read");

  const earlier = trail.changes.filter(({ at }) => isBefore(at, alert.time));
  const before = earlier.filter(({ effect }) => effect === 'allows');
  const since = trail.changes.filter(({ at }) => !isBefore(at, alert.time));
  const given = before.map((change) => `given by ${words(change)}`);
  // What limits a policy may have kept the right away until it was changed.
  const limits = earlier.filter(({ boundary }) => boundary).map((change) => `its boundary changed: ${words(change)}`);
  const beside = [...limits, ...othersWith(file, principal), notLookedAt];
  if (now.length > 0 && since.length === 0 && trail.incomplete === null) {
    const same = `${some(now)} allows ${action}, and nothing of it was changed since the export`;
    return finding(id, sources, question, 'yes', parts([same, ...given, ...beside]));
  }
  // What the trail shows being given before the export held at the export, whatever was done since.
  if (given.length > 0) {
    const changed = since.map((change) => `changed since: ${words(change)}`);
    return finding(id, sources, question, 'yes', parts([...given, ...changed, ...beside]));
  }
  const held = now.length > 0 ? `${some(now)} allows ${action} now` : `no policy of now allows ${action}`;
  const why =
    since.length > 0
      ? `changed since the export: ${some(since.map(words))}`
      : (trail.incomplete ??
        (gap
          ? `${gap.what}: ${gap.why}`
          : 'no policy that was read allows it, and the trail of the window shows none that was taken away'));
  const open = unanswered(id, sources, question, why);
  return { ...open, detail: parts([`not known: ${why}`, held, ...beside]) };
}

/** EC2 has no resource policies for exports; these two could have denied one until somebody lifted them. */
const notLookedAt = 'not looked at: service control policies and session policies of that time';

const isBefore = (at: string, time: string): boolean => Date.parse(at) <= Date.parse(time);
const parts = (all: string[]): string => all.join('; ');

const words = ({ call, policy, holder, at, by }: DatedChange): string =>
  `${call} ${[policy, holder].filter((part) => part !== undefined).join(' of ')} at ${at}` +
  (by === undefined ? '' : ` by ${by}`);

/** Who else goes the same way: by the policies and groups, or by assuming the same role. */
function othersWith({ policyUsers }: Investigated, principal: PrincipalFacts): string[] {
  const trusted = (principal.trust?.Statement ?? []).flatMap((statement) =>
    statement.Effect === 'Allow'
      ? (['AWS', 'Federated', 'Service'] as const).flatMap((kind) => principalsOf(statement, kind))
      : [],
  );
  const holders = policyUsers
    ? [...Object.values(policyUsers.policies), ...Object.values(policyUsers.groups)].flat()
    : [];
  const others = [...new Set(holders)].filter((holder) => holder !== `${principal.type} ${principal.name}`);
  return [
    ...(others.length > 0 ? [`the same way is open to ${some(others)}`] : []),
    ...(trusted.length > 0 ? [`the role may be assumed by ${some([...new Set(trusted)])}`] : []),
  ];
}
