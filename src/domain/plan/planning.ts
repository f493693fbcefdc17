import type { EditBucketPolicy, EventRule } from '../acts/acts.ts';
import { lackOfPolicyRoom } from './bucket-policy-room.ts';
import { bucketArn } from '../policy/arns.ts';
import { outsideGrants, policyGap, serviceGrants, type OutsideStatement } from '../policy/bucket-access.ts';
import { sidPrefix } from '../acts/created-names.ts';
import type { Severity } from '../severity/assessment.ts';
import type {
  AccountScpFacts,
  ConfigFacts,
  CopiesFacts,
  ExportObjectFacts,
  ExportTaskFacts,
  ImageSourceFacts,
  InstanceFacts,
} from '../findings/facts.ts';
import type { Alert } from '../alert/alert.ts';
import { asJson } from '../json.ts';
import type { Lineage } from '../findings/lineage.ts';
import { isResponder, perimeterOf } from '../policy/perimeter.ts';
import type { Plan, PlannedAction } from './plan.ts';
import { applyEdit, restDigest, strings, type Statement, type StatementEdit } from '../policy/policy-document.ts';
import type { PolicyUsers } from '../policy/policy-users.ts';
import { arnMatches, roleIdIn, stableId } from '../alert/principal.ts';
import { protectingTag } from '../acts/protected.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import type { RoleSessions } from './role-sessions.ts';
import type { KnownSuspect } from './suspects.ts';
import type { KnownTrust } from './trust-suspects.ts';
import { exportLocation } from '../findings/case-file.ts';
import type { Beyond } from '../alert/other-callers.ts';
import type { PermissionTrail } from '../findings/permission-trail.ts';
import type { TrailFacts } from '../findings/trail-facts.ts';
import type { BucketFacts } from '../findings/bucket-facts.ts';
import type { ObjectReadFacts } from '../findings/read-facts.ts';
import type { PrincipalFacts } from '../findings/principal-facts.ts';

/** What plans are made from; read again before each plan (P3). null: not read, or it could not be. */
export interface PlanInput {
  incidentKey: string;
  alert: Alert;
  policy: ResponsePolicy;
  task: ExportTaskFacts | null;
  object: ExportObjectFacts | null;
  bucket: BucketFacts | null;
  /** As investigation found it: what the incident itself closes is not there when it plans again. */
  foundBucket?: BucketFacts | null;
  reads: ObjectReadFacts | null;
  /** The buckets in which copies of the export lie, where they could be read; absent: an incident of an earlier version. */
  copyBuckets?: BucketFacts[];
  /** Who changed the bucket. */
  bucketTrail?: TrailFacts | null;
  /** The actor's user or role as IAM has it. */
  principal: PrincipalFacts | null;
  actorTrail?: TrailFacts | null;
  lineage?: Lineage | null;
  /** Roles that let in whom they should not, as IAM has them. */
  trusts?: KnownTrust[];
  /** Who else has sessions of the roles whose sessions may be revoked. */
  roleSessions?: RoleSessions[];
  /** Who is contained beside the actor, as IAM has them, and who cannot be. */
  suspects?: KnownSuspect[];
  beyond?: Beyond[];
  /** What was changed about the actor's permissions; null: not read. */
  permissionTrail?: PermissionTrail | null;
  /** Who else has the actor's policies and is in its groups. */
  policyUsers?: PolicyUsers | null;
  /** Whether eradication took the permission out of some policy; absent: it has not been its turn. */
  permissionTaken?: boolean;
  /** The service role of an image export. */
  exportRole?: PrincipalFacts | null;
  /** The monitoring rule of this incident, if there is one already. */
  eventRule?: EventRule | null;
  instance?: InstanceFacts | null;
  /** Of which machine the image was made, where it is an image that was exported. */
  source?: ImageSourceFacts | null;
  /** Other copies of the machine, by Region. */
  copies?: CopiesFacts[] | null;
  /** Whether new EBS volumes of the account and Region are encrypted unasked. */
  ebsEncryption?: boolean | null;
  /** When the facts were judged, ISO 8601 UTC. */
  now?: string;
  /** As assessed when the plan is made. */
  severity?: Severity | null;
  /** What binds the account as a whole; null: it could not be read. */
  accountScps?: AccountScpFacts | null;
  /** null: it could not be read. */
  config?: ConfigFacts | null;
}

/** An action, or why there is none: nothing is left out silently. */
export type Proposal = PlannedAction | { what: string; why: string };

export const actionsOf = (proposals: Proposal[]): PlannedAction[] =>
  proposals.filter((proposal): proposal is PlannedAction => 'input' in proposal);

export function planOf(phase: Plan['phase'], proposals: Proposal[]): Plan {
  const actions = actionsOf(proposals);
  const notPlanned = proposals.filter((proposal): proposal is Plan['notPlanned'][number] => !('input' in proposal));
  return { phase, actions, notPlanned: [...notPlanned, ...lackOfPolicyRoom(actions)] };
}

export const actBase = ({ incidentKey, alert }: PlanInput) => ({
  incidentKey,
  accountId: alert.recipientAccount,
  region: alert.region,
});

export const isProtectedPrincipal = (arn: string, policy: ResponsePolicy): boolean =>
  policy.protected.principals.some((pattern) => arnMatches(arn, pattern));

const isProtectedBucket = (bucket: string, policy: ResponsePolicy): boolean =>
  policy.protected.buckets.some((pattern) => arnMatches(bucket, pattern));

/** The way back for what was left out because it could not be read. */
export const plannedAgain = ({ incidentKey }: Pick<PlanInput, 'incidentKey'>, ...ids: string[]): string =>
  `once it can be read: soar incident retry ${incidentKey} --action ${ids.join(' ')}`;

/** The bucket if this account may change it, else why not. */
export function changeableBucket({
  bucket,
  policy,
  alert,
  incidentKey,
}: PlanInput): { bucket: BucketFacts } | { why: string } {
  if (!bucket) return { why: 'the bucket was not read: find out whose it is, and lock it by hand' };
  const { bucket: name, ownedByAccount } = bucket;
  if (ownedByAccount === 'no') {
    return {
      why: `bucket ${name} does not belong to account ${alert.recipientAccount}: its owner or AWS Support can act`,
    };
  }
  if (ownedByAccount === 'unknown') {
    return {
      why: `whose bucket ${name} is could not be found out: nothing is changed on a guess; lock it by hand, or have it planned by its name once that can be read: soar incident retry ${incidentKey} --action NAME`,
    };
  }
  if (isProtectedBucket(name, policy)) return { why: `protected: bucket ${name} is on the policy's list, act by hand` };
  const tag = protectingTag(bucket.tags, policy.protected.tags);
  if (tag !== null) return { why: `protected: bucket ${name} has the tag ${tag}, act by hand` };
  return { bucket };
}

/** The actor's user or role if this account may change it, else the right way out. */
export function changeableActor({
  alert,
  principal,
  policy,
}: Pick<PlanInput, 'alert' | 'principal' | 'policy'>): { principal: PrincipalFacts } | { why: string; unread?: true } {
  const { kind, accountId, invokedBy, name } = alert.principal;
  const who = name ?? alert.principal.arn ?? alert.principal.id ?? 'the actor';
  if (kind === 'root') {
    return { why: 'root: IAM cannot restrict it; change its password, remove its access keys, deny it by an SCP' };
  }
  if (kind === 'aws-service') {
    return { why: `aws-service: ${invokedBy ?? who} made the call; look for who configured it to` };
  }
  if (kind === 'aws-account' || (accountId !== undefined && accountId !== alert.recipientAccount)) {
    return {
      why: `another account: ${who} belongs to account ${accountId ?? 'unknown'}; contain it there, or shut it out of the role that it assumed`,
    };
  }
  if (kind === 'identity-center-user') {
    return {
      why: `Identity Center: disable ${who} and end its sessions there, or deny it by an SCP on identitystore:userId`,
    };
  }
  if (!principal) {
    return kind === 'unknown'
      ? { why: 'unknown: nothing tells which user or role made the call; find it by the access key, or deny by an SCP' }
      : {
          why: `${kind} ${who} could not be read in IAM: find out whether it still exists, and act by hand`,
          unread: true,
        };
  }
  const roleId = roleIdIn(stableId(alert.principal));
  if (principal.type === 'role' && roleId !== undefined && (principal.roleId ?? roleId) !== roleId) {
    return {
      why: `role ${principal.name} is another one now: that of the call (${roleId}) was deleted, which ended its sessions, and this one made under its name; find out by whom, and whether the actor can assume it`,
    };
  }
  const why = whyUnchangeable(principal, policy);
  return why === null ? { principal } : { why };
}

/** Why nobody may change this user or role here, or null. */
export function whyUnchangeable(principal: PrincipalFacts, policy: ResponsePolicy): string | null {
  if (principal.serviceLinked) {
    return `service-linked role ${principal.name}: AWS lets nobody change it; stop the service that uses it`;
  }
  if (principal.identityCenter) {
    return `Identity Center role ${principal.name}: it cannot be edited here; disable the person in Identity Center, or deny by an SCP on identitystore:userId`;
  }
  const tag = protectingTag(principal.tags, policy.protected.tags);
  if (tag !== null) return `protected: ${principal.arn} has the tag ${tag}, act by hand`;
  return isProtectedPrincipal(principal.arn, policy)
    ? `protected: ${principal.arn} is on the policy's list, act by hand`
    : null;
}

/** Responders are never locked out, not even when one of them seems to be the actor. */
export const isOwnResponder = (principal: PrincipalFacts, policy: ResponsePolicy): boolean =>
  isResponder(principal.arn, policy.responders);

export const sessionsOf = ({ roleSessions }: PlanInput, role: string): RoleSessions | undefined =>
  roleSessions?.find(({ roleName }) => roleName === role);

/** Keys of sessions that the actor had: who is told of the others' is not told of these. */
export const suspectedKeys = ({ alert, lineage }: PlanInput): Set<string | undefined> =>
  new Set([
    alert.principal.accessKeyId,
    ...[...(lineage?.behind ?? []), ...(lineage?.taken ?? [])].map(({ accessKeyId }) => accessKeyId),
  ]);

/** The export's ARN, where its key is known. */
export function exportArn(input: PlanInput): string | undefined {
  const { bucket, key } = exportLocation(input);
  return bucket && key ? `${bucketArn(input.alert.region, bucket)}/${key}` : undefined;
}

/** Statements that let outsiders read the export or open it to others: what containment takes away. */
export const harmful = ({ canRead, canChangeAccess, conditioned }: OutsideStatement): boolean =>
  (canRead || canChangeAccess) && !conditioned;

/**
 * Everything that containment and recovery together may take out of the bucket's policy. Each edit leaves these out of
 * its precondition, whichever phase removes them, so that edits and undos of both phases commute.
 */
function removable(input: PlanInput, bucket: BucketFacts): Statement[] {
  const perimeter = perimeterOf(input.alert, input.policy);
  const outside = outsideGrants(bucket, perimeter, exportArn(input)).statements.filter(harmful);
  const service = serviceGrants(bucket, perimeter).statements;
  return (bucket.policy?.Statement ?? []).filter((statement) =>
    [...outside, ...service].some((found) => found.statement === statement),
  );
}

/** A planned edit of the bucket's policy, as the part of an action that all of them share. */
export function bucketPolicyEdit(
  input: PlanInput,
  bucket: BucketFacts,
  edit: StatementEdit,
): Pick<PlannedAction, 'target' | 'calls' | 'before' | 'after' | 'reversible' | 'undo'> & { input: EditBucketPolicy } {
  const removedByPlan = removable(input, bucket);
  const after = applyEdit(bucket.policy, edit);
  const undone = [
    ...(edit.add.length > 0 ? [`removes ${edit.add.flatMap(({ Sid }) => strings(Sid)).join(', ')}`] : []),
    ...(edit.remove.length > 0 ? [`puts ${edit.remove.length} statement(s) back`] : []),
  ];
  return {
    target: bucketArn(input.alert.region, bucket.bucket),
    calls: [after === null ? 's3:DeleteBucketPolicy' : 's3:PutBucketPolicy'],
    before: asJson(bucket.policy),
    after: asJson(after),
    reversible: true,
    undo: `${undone.join(' and ')}, as long as nobody else changed the policy`,
    input: {
      act: 'editBucketPolicy',
      ...actBase(input),
      bucket: bucket.bucket,
      ...edit,
      restDigest: restDigest(bucket.policy, sidPrefix(input.incidentKey), removedByPlan),
      removedByPlan,
      before: bucket.policy,
    },
  };
}

/** The bucket if its policy may be edited, else why not. */
export function editablePolicy(input: PlanInput): { bucket: BucketFacts } | { why: string } {
  const found = changeableBucket(input);
  if ('why' in found) return found;
  const gap = policyGap(found.bucket);
  return gap === null ? found : { why: `the policy could not be read (${gap}): it cannot be edited without losing it` };
}
