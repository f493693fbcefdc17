import type { PolicyHolder } from '../acts/acts.ts';
import { iamIdentity } from '../alert/principal.ts';
import { partitionOf } from '../policy/arns.ts';
import { isOwnPolicy, sidPrefix } from '../acts/created-names.ts';
import { denyExportStatement, grantsExport, withoutExport, type WithoutExport } from '../policy/export-permission.ts';
import { ownInlinePolicy, putPolicyCalls } from './own-inline-policy.ts';
import { permissionOrigin, serviceRole, usedOf } from './permission-origin.ts';
import type { Plan, PlannedAction } from './plan.ts';
import {
  actBase,
  changeableActor,
  isProtectedPrincipal,
  planOf,
  sessionsOf,
  suspectedKeys,
  type PlanInput,
  type Proposal,
} from './planning.ts';
import { statementName, type PolicyDocument } from '../policy/policy-document.ts';
import { othersIn } from './role-sessions.ts';
import { asJson } from '../json.ts';
import { present } from '../cloudtrail/fields.ts';
import type { ManagedPolicy, NamedPolicy, PrincipalFacts, PrincipalPolicies } from '../findings/principal-facts.ts';

const kind = 'narrow-permission';

interface Holder extends PrincipalPolicies {
  holder: PolicyHolder;
  arn: string;
  /** Of a user or role: whoever else has its name later is not meant. */
  ids: Pick<PrincipalFacts, 'userId' | 'roleId'>;
}

/** An action without its id, which depends on how many there are. */
type Narrowing = Omit<PlannedAction, 'id'> & { policyName: string; holder: PolicyHolder };

/**
 * Eradication (S104–S111): take the permission to export out of every policy through which the actor holds it. Policies
 * of this incident's own containment are not looked at.
 */
export function eradicationPlan(input: PlanInput): Plan {
  const found = changeableActor(input);
  if ('why' in found) return planOf('eradication', [{ what: kind, why: found.why }, ...followUps(input, null)]);
  const { principal } = found;
  const narrowings: Narrowing[] = [];
  const notes: Proposal[] = principal.gaps.map(({ what, why }) => ({ what: `${kind}: ${what}`, why }));
  const seen = new Set<string>();
  for (const holder of holdersOf(input, principal)) {
    if (isProtectedPrincipal(holder.arn, input.policy)) {
      if (grants(holder)) notes.push({ what: `${kind}: ${holder.arn}`, why: "protected: it is on the policy's list" });
      continue;
    }
    for (const policy of holder.inline) {
      const narrowed = isOwnPolicy(input.incidentKey, policy.name) ? null : narrow(input, policy);
      if (narrowed) narrowings.push(inlineNarrowing(input, holder, policy, narrowed));
    }
    for (const policy of holder.attached.filter(({ awsManaged, arn }) => !awsManaged && !seen.has(arn))) {
      seen.add(policy.arn);
      const narrowed = narrow(input, policy);
      if (!narrowed) continue;
      if (isProtectedPrincipal(policy.arn, input.policy)) {
        notes.push({ what: `${kind}: ${policy.arn}`, why: "protected: it is on the policy's list" });
      } else narrowings.push(managedNarrowing(input, holder, policy, narrowed));
    }
    const denied = overruleAwsManaged(input, holder);
    if (denied) narrowings.push(denied);
  }
  if (narrowings.length === 0 && notes.length === 0) {
    const why =
      'no identity policy of the actor grants the export now: it may come from a resource or session policy, from a ' +
      'policy that was changed since, or from somewhere unknown; CloudTrail and Config tell what held at the time';
    notes.push({ what: kind, why });
  }
  const origin = permissionOrigin(input, principal);
  return planOf('eradication', [...withIds(narrowings), ...notes, ...origin, ...followUps(input, principal)]);
}

function holdersOf(input: PlanInput, principal: PrincipalFacts): Holder[] {
  const { alert } = input;
  return [
    {
      holder: { type: principal.type, name: principal.name },
      arn: principal.arn,
      ids: present({ userId: principal.userId, roleId: principal.roleId }),
      ...policiesOf(principal),
    },
    ...principal.groups.map((group) => ({
      holder: { type: 'group' as const, name: group.name },
      // The group's path is not read, so a pattern with a path does not match it.
      arn: `arn:${partitionOf(alert.region)}:iam::${alert.recipientAccount}:group/${group.name}`,
      ids: {},
      ...policiesOf(group),
    })),
  ];
}
const policiesOf = ({ inline, attached }: PrincipalPolicies): PrincipalPolicies => ({ inline, attached });

const grants = ({ inline, attached }: PrincipalPolicies): boolean =>
  [...inline, ...attached].some(({ document }) => grantsExport(document).length > 0);

const narrow = (input: PlanInput, { document }: { document: PolicyDocument }): WithoutExport | null =>
  withoutExport(document, sidPrefix(input.incidentKey));

const sources = ['S104', 'S105', 'S106', 'S108', 'S110'];
function change({ how, removed }: WithoutExport, document: PolicyDocument): string {
  const statements = grantsExport(document).map((statement) => statementName(document, statement));
  const of = statements.join(', ');
  return how === 'denied' ? `deny the export beside the wildcard of ${of}` : `take ${removed.join(', ')} out of ${of}`;
}
const deleteCalls = { user: 'iam:DeleteUserPolicy', role: 'iam:DeleteRolePolicy', group: 'iam:DeleteGroupPolicy' };

/** Whom a change of the holder's policies hits besides the actor, by name where that was read. */
function othersOf(input: PlanInput, { type, name }: PolicyHolder): string[] {
  const { policyUsers, alert } = input;
  if (type === 'user') return [];
  if (type === 'role') {
    const lately = othersIn(sessionsOf(input, name), suspectedKeys(input)).map((session) => session.name);
    const who = lately.length === 0 ? '' : `; in the window ${few(lately)} had a session of it`;
    return [`everyone else who assumes role ${name} to export instances${who}`];
  }
  const members = policyUsers?.groups[name];
  if (!members) return [`every other member of group ${name} who exports instances`];
  const others = members.filter((member) => member !== `user ${iamIdentity(alert.principal)?.name ?? ''}`);
  return others.length === 0 ? [] : [`${few(others)}, in group ${name}: they export no instances any more`];
}

/** Whom a managed policy is attached to besides the holder that is looked at. */
function attachedBeside({ policyUsers }: PlanInput, { type, name }: PolicyHolder, policy: ManagedPolicy): string[] {
  const named = policyUsers?.policies[policy.arn]?.filter((holder) => holder !== `${type} ${name}`);
  if (named) return named.length === 0 ? [] : [`${few(named)}: the policy is attached to them, too`];
  const others = policy.attachmentCount - 1;
  return others > 0 ? [`${others} other user(s), role(s) or group(s) that the policy is attached to`] : [];
}

const mostNamed = 10;
const few = (names: string[]): string =>
  names.length > mostNamed
    ? `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`
    : names.join(', ');

function inlineNarrowing(
  input: PlanInput,
  { holder, arn, ids }: Holder,
  { name, document }: NamedPolicy,
  narrowed: WithoutExport,
): Narrowing {
  return {
    policyName: name,
    holder,
    title: `Inline policy ${name} of ${holder.type} ${holder.name}: ${change(narrowed, document)}`,
    sources,
    target: arn,
    calls: [narrowed.after ? putPolicyCalls[holder.type] : deleteCalls[holder.type]],
    before: asJson(document),
    after: asJson(narrowed.after),
    reversible: true,
    undo: `puts inline policy ${name} back as it was`,
    mayBreak: [...othersOf(input, holder), ...usedOf(input)],
    input: {
      act: 'putInlinePolicy',
      ...actBase(input),
      holder,
      ...ids,
      policyName: name,
      before: document,
      after: narrowed.after,
    },
  };
}

function managedNarrowing(
  input: PlanInput,
  { holder }: Holder,
  policy: ManagedPolicy,
  narrowed: WithoutExport,
): Narrowing {
  // A managed policy cannot be empty.
  const after = narrowed.after ?? {
    ...policy.document,
    Statement: [denyExportStatement(sidPrefix(input.incidentKey))],
  };
  return {
    policyName: policy.name,
    holder,
    title: `Managed policy ${policy.name}: ${change(narrowed, policy.document)}`,
    sources,
    target: policy.arn,
    calls: ['iam:CreatePolicyVersion'],
    before: asJson(policy.document),
    after: asJson(after),
    reversible: true,
    undo: 'makes a version with the former text the default one',
    mayBreak: [
      ...attachedBeside(input, holder, policy),
      ...othersOf(input, holder),
      ...usedOf(input),
      'where the policy has five versions already, the oldest one is deleted',
    ],
    input: { act: 'setManagedPolicy', ...actBase(input), policyArn: policy.arn, before: policy.document, after },
  };
}

/** AWS's own policies cannot be edited: a Deny on their holder overrules them. */
function overruleAwsManaged(input: PlanInput, { holder, arn, ids, inline, attached }: Holder): Narrowing | null {
  const granting = attached.filter((policy) => policy.awsManaged && narrow(input, policy) !== null);
  if (granting.length === 0) return null;
  const statement = denyExportStatement(sidPrefix(input.incidentKey));
  const denied = ownInlinePolicy(input, { ...holder, ...ids, arn, inline }, 'deny-export', statement);
  if (!denied) return null;
  const names = granting.map(({ name }) => name).join('+');
  return {
    policyName: names,
    holder,
    title: `Deny the export to ${holder.type} ${holder.name} over AWS's own ${names}`,
    sources,
    mayBreak: [...othersOf(input, holder), ...usedOf(input)],
    ...denied,
  };
}

/** One is `narrow-permission`; several carry the policy's name, and where two share it the holder's as well. */
function withIds(narrowings: Narrowing[]): PlannedAction[] {
  const names = narrowings.map(({ policyName }) => policyName);
  return narrowings.map(({ policyName, holder, ...action }) => {
    const shared = names.filter((name) => name === policyName).length > 1;
    const suffix = shared ? `${holder.type}/${holder.name}/${policyName}` : policyName;
    return { id: narrowings.length === 1 ? kind : `${kind}:${suffix}`, ...action };
  });
}

/** What stays with people; what has to be rotated is tracked one by one, but not in incidents of earlier versions. */
function followUps(input: PlanInput, principal: PrincipalFacts | null): Proposal[] {
  return [...(input.policy.rotation ? [] : toRotate(input, principal)), ...serviceRole(input, principal)];
}

function toRotate({ alert }: PlanInput, principal: PrincipalFacts | null): Proposal[] {
  const notes: Proposal[] = [];
  if (principal?.type === 'user') {
    notes.push({
      what: `rotate the credentials of user ${principal.name} (S109)`,
      why: 'new ones are issued by their owner, once it is certain who that is',
    });
  }
  if (alert.outcome === 'success') {
    notes.push({
      what: 'rotate the secrets that were on the exported machine (S109)',
      why: 'only its owner knows them: keys, tokens, certificates, passwords of the whole disk',
    });
  }
  return notes;
}
