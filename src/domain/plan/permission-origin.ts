import { permissionOriginWords } from './left-out-order.ts';
import type { Alert } from '../alert/alert.ts';
import { isOwnPolicy } from '../acts/created-names.ts';
import { exportActions } from '../policy/export-permission.ts';
import { whyUnread } from '../findings/finding.ts';
import type { PlanInput, Proposal } from './planning.ts';
import { principalsOf } from '../policy/role-trust.ts';
import { allowing } from '../policy/statements-allowing.ts';
import type { DatedChange } from '../findings/permission-trail.ts';
import type { PrincipalFacts } from '../findings/principal-facts.ts';

const mostNamed = 10;

/** Where the permission to export came from (S105): by the policies of now, and by what was changed since. */
export function permissionOrigin(input: PlanInput, principal: PrincipalFacts): Proposal[] {
  const { alert, incidentKey, permissionTrail: trail } = input;
  const what = permissionOriginWords;
  const action = `ec2:${alert.eventName}`;
  const now = allowing(principal, action);
  const held = now.length > 0 ? `${now.join('; ')} allows ${action} now` : `no policy of now allows ${action}`;
  if (!trail) return [{ what, why: `${held}; changes of it were not read` }];
  // What this incident itself has written since is no answer.
  const changes = trail.changes.filter(({ policy }) => !isOwnPolicy(incidentKey, policy ?? ''));
  const said = changes.slice(-mostNamed).map((change) => words(change, alert));
  const more = changes.length - said.length;
  return [
    {
      what,
      why: [
        held,
        ...(said.length > 0 ? said : trail.incomplete === null ? ['no change of it in the window'] : []),
        ...(more > 0 ? [`and ${more} earlier changes`] : []),
        ...(trail.incomplete === null ? [] : [`incomplete: ${trail.incomplete}`]),
      ].join('; '),
    },
  ];
}

function words({ effect, holder, policy, statements = [], at, call, by }: DatedChange, alert: Alert): string {
  const when = at <= alert.time ? 'before the export' : 'since the export';
  const which = [policy, holder].filter((part) => part !== undefined).join(' of ');
  const doing = {
    allows: `, which allows exports by ${statements.join(', ')}`,
    'does not allow': ', which allows no exports',
    'takes away': ', which takes permissions away',
    unknown: '',
  }[effect];
  return `${when} ${call} ${which} at ${at}${by === undefined ? '' : ` by ${by}`}${doing}`;
}

/** ExportImage works with the rights of a service role: who may hand it over, and who may assume it. */
export function serviceRole({ alert, exportRole }: PlanInput, principal: PrincipalFacts | null): Proposal[] {
  if (alert.eventName !== 'ExportImage') return [];
  const name = alert.roleName ?? 'vmimport';
  const passing = principal ? allowing(principal, 'iam:PassRole') : [];
  const others = (exportRole?.trust?.Statement ?? []).flatMap((statement) =>
    statement.Effect === 'Allow'
      ? (['AWS', 'Federated', 'Service'] as const)
          .flatMap((kind) => principalsOf(statement, kind))
          .filter((trusted) => trusted !== 'vmie.amazonaws.com')
      : [],
  );
  const trusted = !exportRole?.trust
    ? 'who may assume it was not read'
    : others.length > 0
      ? `beside vmie.amazonaws.com it may be assumed by ${others.join(', ')}`
      : 'nobody but vmie.amazonaws.com may assume it';
  return [
    {
      what: `review service role ${name} and who may pass it`,
      why: [
        'ExportImage works with the rights of that role, not with those of its caller',
        passing.length > 0
          ? `the actor may pass roles by ${passing.join('; ')}`
          : principal
            ? 'no policy lets the actor pass roles'
            : 'whether the actor may pass roles is not known: it was not read in IAM',
        trusted,
      ].join('; '),
    },
  ];
}

/** Which of the exports' permissions the actor really used, by its trail: what least privilege would have left. */
export function usedOf({ actorTrail }: PlanInput): string[] {
  if (!actorTrail) return [];
  const { countByName, from, to } = actorTrail;
  const used = exportActions.flatMap((action) => {
    const times = countByName[action.replace('ec2:', '')] ?? 0;
    return times > 0 ? [`${action} (${times})`] : [];
  });
  const why = whyUnread(actorTrail);
  return [
    `between ${from} and ${to} the actor's key called ${used.join(', ') || 'none of these'}` +
      (why === null ? '' : `, as far as is known: ${why}`),
  ];
}
