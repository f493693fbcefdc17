import { exportEvents } from '../alert/alert.ts';
import type { EventRule } from '../acts/acts.ts';
import { bucketArn, partitionOf } from '../policy/arns.ts';
import { aclGap, serviceGrants } from '../policy/bucket-access.ts';
import { enforceOwnership } from './bucket-settings-plan.ts';
import { aclWithout } from './containment-plan.ts';
import { monitoringRuleName, sid, sidInPlaceOf } from '../acts/created-names.ts';
import { watchConfig } from './config-controls.ts';
import { canonicalJson, sameJson } from '../digest.ts';
import { denyActorExports } from './deny-actor-exports.ts';
import { encryptNewVolumes } from './ebs-encryption.ts';
import { denyExportCalls } from './export-scp.ts';
import { exportServiceIds } from '../policy/export-service-ids.ts';
import { perimeterOf } from '../policy/perimeter.ts';
import type { Plan } from './plan.ts';
import {
  actBase,
  bucketPolicyEdit,
  changeableBucket,
  editablePolicy,
  planOf,
  type PlanInput,
  type Proposal,
} from './planning.ts';
import { editIsDone, type Statement } from '../policy/policy-document.ts';
import { asJson } from '../json.ts';

/** Recovery (S112–S118): take the export service's way into the bucket away, deny it explicitly, watch for the next one. */
export function recoveryPlan(input: PlanInput): Plan {
  const aclRemoval = removeServiceAclGrant(input);
  return planOf('recovery', [
    removeServiceGrant(input),
    aclRemoval,
    enforceOwnership(input, [aclRemoval]),
    denyServicePut(input),
    denyActorExports(input),
    ...storedImages(input),
    encryptNewVolumes(input),
    ...denyExportCalls(input),
    monitorExports(input),
    ...watchConfig(input),
  ]);
}

const breaksExports = ['every further export of an instance into this bucket, authorised ones too'];

function removeServiceGrant(input: PlanInput): Proposal {
  const what = 'remove-service-grant';
  const found = editablePolicy(input);
  if ('why' in found) return { what, why: found.why };
  const { bucket } = found;
  const { statements } = serviceGrants(bucket, perimeterOf(input.alert, input.policy));
  if (statements.length === 0) return { what, why: 'the policy lets no export service in' };
  const edit = {
    add: statements.flatMap(({ statement, narrowed }) =>
      narrowed ? [{ ...narrowed, Sid: sidInPlaceOf(input.incidentKey, 'WithoutService', statement) }] : [],
    ),
    remove: statements.map(({ statement }) => statement),
  };
  return {
    id: what,
    title: `Remove the export service from the policy of bucket ${bucket.bucket}`,
    sources: ['S101', 'S107', 'S113'],
    mayBreak: breaksExports,
    ...bucketPolicyEdit(input, bucket, edit),
  };
}

function removeServiceAclGrant(input: PlanInput): Proposal {
  const what = 'remove-service-acl-grant';
  const found = changeableBucket(input);
  if ('why' in found) return { what, why: found.why };
  const { bucket } = found;
  if (!bucket.acl) return { what, why: aclGap(bucket) ?? 'the ACL was not read' };
  const { grants } = serviceGrants(bucket, perimeterOf(input.alert, input.policy));
  if (grants.length === 0) return { what, why: 'the ACL lets no export service in' };
  return aclWithout(input, what, grants, {
    title: `Remove the export service from the ACL of bucket ${bucket.bucket}`,
    sources: ['S101', 'S113'],
    mayBreak: breaksExports,
  });
}

/** A bucket policy cannot deny the EC2 call, but it can deny the service that writes for it (S114). */
function denyServicePut(input: PlanInput): Proposal {
  const what = 'deny-service-put';
  const found = editablePolicy(input);
  if ('why' in found) return { what, why: found.why };
  const { bucket } = found;
  const { alert, incidentKey } = input;
  const canonicalIds = exportServiceIds(alert.region);
  if (canonicalIds.length === 0) {
    return { what, why: `the canonical id of the export service in ${alert.region} is not known` };
  }
  const statement: Statement = {
    Sid: sid(incidentKey, 'DenyServicePut'),
    Effect: 'Deny',
    Principal: { CanonicalUser: canonicalIds },
    Action: 's3:PutObject',
    Resource: `${bucketArn(alert.region, bucket.bucket)}/*`,
  };
  const edit = { add: [statement], remove: [] };
  if (editIsDone(bucket.policy, edit)) return { what, why: 'the policy denies it already' };
  return {
    id: what,
    title: `Deny the export service to write into bucket ${bucket.bucket}`,
    sources: ['S107', 'S114', 'S115'],
    mayBreak: breaksExports,
    ...bucketPolicyEdit(input, bucket, edit),
  };
}

function storedImages({ alert }: PlanInput): Proposal[] {
  if (alert.eventName !== 'CreateStoreImageTask') return [];
  const why = "CreateStoreImageTask writes with its caller's own rights: only an SCP or the caller's policies deny it";
  return [{ what: 'deny stored images by bucket policy', why }];
}

/** Calls after which a bucket may receive exports, be read by others, or be copied elsewhere (S117). */
const bucketEvents = [
  'PutBucketPolicy',
  'DeleteBucketPolicy',
  'PutBucketAcl',
  'PutBucketOwnershipControls',
  'DeleteBucketOwnershipControls',
  'PutBucketPublicAccessBlock',
  'DeleteBucketPublicAccessBlock',
  'PutAccountPublicAccessBlock',
  'DeleteAccountPublicAccessBlock',
  'PutBucketReplication',
  'DeleteBucketReplication',
  'CreateAccessPoint',
  'PutAccessPointPolicy',
  'DeleteAccessPointPolicy',
  'PutAccessPointPolicyForObjectLambda',
  'PutMultiRegionAccessPointPolicy',
];

/** Calls by which copies of a machine, or of its disks, are shared. */
const sharingEvents = ['ModifyImageAttribute', 'ModifySnapshotAttribute'];

/** Every export, tried or done, and every change of who may use a bucket or a copy of a machine (S116, S117). */
export const monitoringPattern: string = canonicalJson({
  source: ['aws.ec2', 'aws.s3'],
  'detail-type': ['AWS API Call via CloudTrail'],
  detail: {
    eventSource: ['ec2.amazonaws.com', 's3.amazonaws.com'],
    eventName: [...exportEvents, ...bucketEvents, ...sharingEvents],
  },
});

function monitorExports(input: PlanInput): Proposal {
  const what = 'monitor-exports';
  const { policy, incidentKey, alert, eventRule = null } = input;
  if (!policy.monitoring) return { what, why: 'not configured: no target for a monitoring rule is set' };
  const ruleName = monitoringRuleName(incidentKey);
  const after: EventRule = {
    eventPattern: monitoringPattern,
    description: `temporal-soar ${incidentKey}: VM exports, changes of bucket access, shares of images and snapshots`,
    targetArn: policy.monitoring.targetArn,
  };
  const before: EventRule | null = eventRule && {
    eventPattern: eventRule.eventPattern,
    description: eventRule.description,
    targetArn: eventRule.targetArn,
  };
  if (sameJson(before, after)) return { what, why: `rule ${ruleName} is there already` };
  return {
    id: what,
    title: `Watch for VM exports, changes of bucket access and shares of images and snapshots in ${alert.region}`,
    sources: ['S33', 'S112', 'S116', 'S117', 'S118'],
    target: `arn:${partitionOf(alert.region)}:events:${alert.region}:${alert.recipientAccount}:rule/${ruleName}`,
    calls: ['events:PutRule', 'events:PutTargets'],
    before: asJson(before),
    after: asJson(after),
    reversible: true,
    undo: before ? `puts rule ${ruleName} back` : `deletes rule ${ruleName}`,
    mayBreak: [],
    input: { act: 'putEventRule', ...actBase(input), ruleName, before, after },
  };
}
