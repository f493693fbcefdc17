import type { ActInput, EditBucketPolicy } from '../acts/acts.ts';
import { actionKinds } from '../acts/action-kinds.ts';
import { inlinePolicyName, monitoringRuleName, sid, snapshotTags } from '../acts/created-names.ts';
import { sameJson } from '../digest.ts';
import { bucketArn } from '../policy/arns.ts';
import { exceptResponders, literally, readActions } from '../policy/export-readers.ts';
import { strings, type Statement } from '../policy/policy-document.ts';
import { monitoringPattern } from '../plan/recovery-plan.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import { actionKind } from '../acts/action-id.ts';

/**
 * What goes with an act that the policy allows before anybody is asked (P2). It proves nothing: the contain worker does
 * the act only if its own configuration lists the kind, and if the input itself can be nothing else.
 */
export interface PreApproval {
  kind: 'pre-approved';
  incidentKey: string;
  /** Id of the planned action. */
  action: string;
  /** Digest of the policy that allows it, for the record. */
  policyDigest: string;
}

/** What the checking worker compares an input with: its own configuration. */
export interface PreApprovalRules {
  preApproved: string[];
  forensics: ResponsePolicy['forensics'];
  monitoring: ResponsePolicy['monitoring'];
  responders: ResponsePolicy['responders'];
}

/** What AWS names an export's object after: the task of an instance or image export, or the stored image. */
const exportName = /export-(?:i|ami)-[0-9a-z]{8,}|ami-[0-9a-f]{8,}\.bin/;

/**
 * The statement of `denyExportReads` to the letter, for keys that begin with an export's own: neither a whole bucket nor
 * somebody else's objects, and responders go on reading.
 */
function deniesExportReads(
  { incidentKey, region, bucket, add }: EditBucketPolicy,
  { responders }: Pick<PreApprovalRules, 'responders'>,
): boolean {
  const [Resource, more] = add.flatMap((statement) => strings(statement.Resource));
  const start = `${bucketArn(region, bucket)}/`;
  if (Resource === undefined || more !== undefined || !Resource.startsWith(start)) return false;
  const key = Resource.slice(start.length, -1);
  const statement: Statement = {
    Sid: sid(incidentKey, 'DenyExportReads'),
    Effect: 'Deny',
    Principal: '*',
    Action: readActions,
    Resource: [`${start}${key}*`],
    Condition: exceptResponders({ responders }),
  };
  return exportName.test(key) && key === literally(key) && responders.length > 0 && sameJson(add, [statement]);
}

/**
 * How an input of each kind is told from every other by its content alone. A kind that is not here cannot be
 * pre-approved: any edit of a policy could be called by its name. What is here takes access away, copies into our own
 * accounts, or watches.
 */
const recognised: Record<string, (input: ActInput, own: PreApprovalRules) => boolean> = {
  'deny-export-reads': (input, own) =>
    input.act === 'editBucketPolicy' && input.remove.length === 0 && deniesExportReads(input, own),
  'disable-access-keys': (input) =>
    input.act === 'setAccessKeyStatus' && input.keys.every(({ after }) => after === 'Inactive'),
  'disable-service-credential': (input) => input.act === 'setServiceCredentialStatus' && input.after === 'Inactive',
  'deny-actor': (input) => {
    if (input.act !== 'putInlinePolicy' || input.policyName !== inlinePolicyName(input.incidentKey, 'deny-all')) {
      return false;
    }
    return input.after?.Statement.every(({ Effect }) => Effect === 'Deny') ?? false;
  },
  'revoke-role-sessions': (input) =>
    input.act === 'revokeRoleSessions' && input.policyName === inlinePolicyName(input.incidentKey, 'revoke-sessions'),
  'copy-to-forensics': (input, { forensics }) =>
    input.act === 'copyExport' &&
    forensics !== null &&
    input.destination.accountId === forensics.accountId &&
    input.destination.region === forensics.region &&
    input.destination.bucket === forensics.bucket &&
    // A lock cannot be taken back: nobody but the configuration may ask for one unasked.
    sameJson(input.destination.retention ?? null, forensics.retention ?? null),
  'unshare-copies': (input) =>
    input.act === 'setSharing' &&
    input.after.length < input.before.length &&
    input.after.every((who) => input.before.includes(who)),
  'snapshot-volumes': (input) =>
    input.act === 'snapshotVolumes' && sameJson(input.tags, snapshotTags(input.incidentKey, input.instanceId)),
  'monitor-exports': (input, { monitoring }) =>
    input.act === 'putEventRule' &&
    monitoring !== null &&
    input.ruleName === monitoringRuleName(input.incidentKey) &&
    input.after?.targetArn === monitoring.targetArn &&
    input.after.eventPattern === monitoringPattern,
};

export const preApprovableKinds = Object.keys(recognised);

export function isPreApproval(value: unknown): value is PreApproval {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, incidentKey, action, policyDigest } = value as Record<string, unknown>;
  return (
    kind === 'pre-approved' &&
    typeof incidentKey === 'string' &&
    typeof action === 'string' &&
    typeof policyDigest === 'string'
  );
}

/** Why the act may not be done before people have approved it, or null. */
export function preApprovalRefusal(input: ActInput, given: PreApproval, rules: PreApprovalRules): string | null {
  const kind = actionKind(given.action);
  if (input.incidentKey !== given.incidentKey) return 'the pre-approval is for another incident';
  if (!rules.preApproved.includes(kind)) return `the policy of this worker does not pre-approve ${kind}`;
  return actionKinds[kind]?.includes(input.act) && recognised[kind]?.(input, rules)
    ? null
    : `the input is not what ${kind} does`;
}
