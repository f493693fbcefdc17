import { sid } from '../acts/created-names.ts';
import { isResponder, perimeterOf } from '../policy/perimeter.ts';
import { actBase, isOwnResponder, whyUnchangeable, type PlanInput, type Proposal } from './planning.ts';
import type { PolicyDocument } from '../policy/policy-document.ts';
import { principalsOf, sameTrust } from '../policy/role-trust.ts';
import { withoutUnwanted } from './trust-narrowing.ts';
import type { KnownTrust, TrustChange } from './trust-suspects.ts';
import { asJson } from '../json.ts';

/**
 * Roles that let in whom they should not are shut to them (S30, S98, S100): by the trust policy that held before the
 * actor changed it, where the trail has it, else by taking those out who are outside or whom the actor made.
 */
export const trustContainment = (input: PlanInput): Proposal[] =>
  (input.trusts ?? []).flatMap((trust) => narrowTrust(input, trust));

function narrowTrust(input: PlanInput, { roleName, why, changes, facts }: KnownTrust): Proposal[] {
  const what = `narrow-trust:${roleName}`;
  const reasons = why.join(', ');
  if (!facts?.trust) {
    return [{ what, why: `${reasons}; its trust policy could not be read: compare it with CloudTrail by hand` }];
  }
  const refusal =
    whyUnchangeable(facts, input.policy) ??
    (isOwnResponder(facts, input.policy) ? `protected: ${facts.arn} is a responder, act by hand` : null);
  if (refusal !== null) return [{ what, why: `${refusal}; ${reasons}` }];

  const before = facts.trust;
  const held = formerTrust(changes, before);
  const opened = held ? openedBy(input, held, before) : [];
  const former = opened.length === 0 ? held : null;
  const notPutBack =
    held && !former ? `; what held since ${held.at} is not put back: it lets ${opened.join(', ')} in` : '';
  const narrowed = former ? null : narrow(input, before);
  const after = former?.document ?? narrowed?.after;
  if (!after || sameTrust(after, before)) {
    const nobody = 'it names nobody outside and nobody whom the actor made now';
    return [{ what, why: `${reasons}; ${nobody}: compare it with CloudTrail${notPutBack}` }];
  }
  const shutOut = respondersOf(before, input).filter((arn) => !respondersOf(after, input).includes(arn));
  if (shutOut.length > 0) {
    return [{ what, why: `${reasons}; it would shut responder ${shutOut.join(', ')} out: act by hand` }];
  }
  const lost = narrowed?.removed ?? lostBy(before, after);
  const services = [...new Set(after.Statement.flatMap((statement) => principalsOf(statement, 'Service')))];
  return [
    {
      id: what,
      title: former
        ? `Put back the trust policy of role ${roleName} of ${former.at}`
        : `Let ${lost.join(', ')} assume role ${roleName} no longer`,
      sources: ['S30', 'S98', 'S100'],
      target: facts.arn,
      calls: ['iam:UpdateAssumeRolePolicy'],
      before: asJson(before),
      after: asJson(after),
      reversible: true,
      undo: 'puts the trust policy back as it is now, as long as nobody else changed it',
      mayBreak: [
        `${reasons}: sessions that it has handed out go on until they are revoked${notPutBack}`,
        ...lost.map((principal) => `${principal} can no longer assume role ${roleName}`),
        ...(narrowed && services.length > 0
          ? [`${services.join(', ')} may still assume it: nothing in CloudTrail says whether that was so before`]
          : []),
      ],
      input: {
        act: 'setTrustPolicy',
        ...actBase(input),
        roleName,
        ...(facts.roleId === undefined ? {} : { roleId: facts.roleId }),
        before,
        after,
      },
    },
  ];
}

/** What held before the actor's latest changes; null: the trail does not hold it, or somebody else wrote later. */
function formerTrust(changes: TrustChange[], present: PolicyDocument): TrustChange | null {
  const [latest] = changes;
  if (!latest?.byActor || !sameTrust(latest.document, present)) return null;
  return changes.find(({ byActor }) => !byActor) ?? null;
}

/**
 * Whom putting it back would let in who should not be. Whoever has two of our identities writes with one what the other
 * writes over: containing the second must not open the role to what the first has left there.
 */
function openedBy(input: PlanInput, held: TrustChange, present: PolicyDocument): string[] {
  const { alert, policy } = input;
  const recent = Date.parse(held.at) >= Date.parse(alert.time) - policy.activityWindow;
  // A partner who was let in long ago and still is, is nothing of this incident.
  const known = recent ? [] : unwantedIn(input, present);
  return unwantedIn(input, held.document).filter((principal) => !known.includes(principal));
}

const unwantedIn = (input: PlanInput, document: PolicyDocument): string[] =>
  (narrow(input, document)?.removed ?? []).map(
    (principal) => /^arn:[\w-]+:iam::(\d{12}):root$/.exec(principal)?.[1] ?? principal,
  );

function narrow(input: PlanInput, trust: PolicyDocument) {
  const unwanted = { perimeter: perimeterOf(input.alert, input.policy), made: input.lineage?.made ?? [] };
  return withoutUnwanted(trust, unwanted, sid(input.incidentKey, 'NobodyAssumes'));
}

const named = ({ Statement }: PolicyDocument): string[] =>
  Statement.flatMap((statement) =>
    statement.Effect === 'Allow'
      ? (['AWS', 'Federated', 'Service'] as const).flatMap((kind) => principalsOf(statement, kind))
      : [],
  );

const lostBy = (before: PolicyDocument, after: PolicyDocument): string[] => {
  const kept = new Set(named(after));
  return [...new Set(named(before))].filter((principal) => !kept.has(principal));
};

const respondersOf = (trust: PolicyDocument, { policy }: PlanInput): string[] =>
  named(trust).filter((principal) => isResponder(principal, policy.responders));
