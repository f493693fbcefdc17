import { isolateAccount } from './account-isolation.ts';
import { lackOfPolicyRoom } from './bucket-policy-room.ts';
import { closeAccessPoints } from './access-point-plan.ts';
import { actorContainment, suspectContainment } from './actor-containment.ts';
import { bucketArn } from '../policy/arns.ts';
import { aclGap, outsideGrants } from '../policy/bucket-access.ts';
import { blockPublicAccess } from './bucket-settings-plan.ts';
import { snapshotVolumes, unshareCopies } from './copy-containment.ts';
import { sid, sidInPlaceOf } from '../acts/created-names.ts';
import { deleteOriginal } from './deletion-plan.ts';
import { exceptResponders, exportResources, knownReaders, readActions } from '../policy/export-readers.ts';
import { lockBucket } from './lock-plan.ts';
import { denyCopyReads } from './object-copy-plan.ts';
import { perimeterOf } from '../policy/perimeter.ts';
import type { Plan } from './plan.ts';
import {
  actBase,
  actionsOf,
  bucketPolicyEdit,
  changeableBucket,
  editablePolicy,
  exportArn,
  harmful,
  plannedAgain,
  planOf,
  type PlanInput,
  type Proposal,
} from './planning.ts';
import { editIsDone, type Statement } from '../policy/policy-document.ts';
import { stopReplication } from './replication-plan.ts';
import { trustContainment } from './trust-plan.ts';
import { asJson } from '../json.ts';
import type { AclGrant } from '../findings/bucket-facts.ts';

/**
 * Containment (S93–S103): shut readers out first, then the actor, then decide about a running export, take grants
 * away, copy, and only then delete. In this order: an attacker is faster than a copy, and hashing a large one takes
 * hours. A failed export left nothing behind but the actor.
 */
export function containmentPlan(input: PlanInput): Plan {
  if (input.alert.outcome === 'failure') {
    return planOf('containment', [
      ...trustContainment(input),
      ...actorContainment(input),
      ...suspectContainment(input),
      ...unshareCopies(input),
      ...isolateAccount(input),
    ]);
  }
  const copy = copyToForensics(input);
  const deny = denyExportReads(input);
  const removals = [...removeOutsideGrants(input), ...removeOutsideAclGrants(input)];
  // Statements of the actor's that fill the policy would keep the deny out of it: then they go first.
  const full = lackOfPolicyRoom(actionsOf([deny])).length > 0;
  return planOf('containment', [
    ...(full ? removals : []),
    deny,
    lockBucket(input),
    ...denyCopyReads(input),
    ...stopReplication(input),
    ...unshareCopies(input),
    // Before sessions are revoked, so that no new ones begin in between.
    ...trustContainment(input),
    ...actorContainment(input),
    ...suspectContainment(input),
    ...runningExport(input),
    ...(full ? [] : removals),
    ...closeAccessPoints(input),
    blockPublicAccess(input, [deny, ...removals]),
    snapshotVolumes(input),
    copy,
    deleteOriginal(input, copy),
    ...isolateAccount(input),
  ]);
}

function denyExportReads(input: PlanInput): Proposal {
  const what = 'deny-export-reads';
  const found = editablePolicy(input);
  if ('why' in found) return { what, why: found.why };
  const { policy, incidentKey } = input;
  if (policy.responders.length === 0) {
    return { what, why: 'no responders are configured: the deny would lock out whoever copies the export' };
  }
  const resources = exportResources(input);
  if (resources.length === 0) {
    return { what, why: 'neither key, task nor prefix of the export is known: lock the bucket by hand' };
  }
  const statement: Statement = {
    Sid: sid(incidentKey, 'DenyExportReads'),
    Effect: 'Deny',
    Principal: '*',
    Action: readActions,
    Resource: resources,
    Condition: exceptResponders(policy),
  };
  const edit = { add: [statement], remove: [] };
  if (editIsDone(found.bucket.policy, edit)) return { what, why: 'the policy denies it already' };
  return {
    id: what,
    title: `Deny reads of the export in bucket ${found.bucket.bucket} to everybody but responders`,
    sources: ['S93', 'S95', 'S97'],
    mayBreak: [
      ...knownReaders(input),
      'addresses that were signed before, whoever signed them: only those of responders go on working',
    ],
    ...bucketPolicyEdit(input, found.bucket, edit),
  };
}

function runningExport(input: PlanInput): Proposal[] {
  const { task, policy } = input;
  if (task?.state === 'cancelling')
    return [{ what: 'cancel-export', why: `task ${task.exportTaskId} is being cancelled` }];
  if (task?.state !== 'active') return [];
  const { exportTaskId } = task;
  if (policy.runningExport === 'preserve') {
    const why = `task ${exportTaskId} still runs and the policy preserves it: it finishes unread and is copied then`;
    return [{ what: 'cancel-export', why }];
  }
  return [
    {
      id: `cancel-export:${exportTaskId}`,
      title: `Cancel the running export ${exportTaskId}`,
      sources: ['S93', 'S97'],
      target: exportTaskId,
      calls: ['ec2:CancelExportTask'],
      before: { state: task.state },
      after: { state: 'cancelled' },
      reversible: false,
      undo: 'it cannot be undone: AWS removes all artifacts of the export, the evidence in them included',
      mayBreak: ['it fails once AWS is transferring the final image'],
      input: { act: 'cancelExportTask', ...actBase(input), exportTaskId },
    },
  ];
}

function copyToForensics(input: PlanInput): Proposal {
  const what = 'copy-to-forensics';
  const { object, task, policy, incidentKey, alert } = input;
  const { forensics } = policy;
  if (!forensics) return { what, why: 'no forensics account is configured: preserve the object by hand' };
  if (task?.state === 'active' || task?.state === 'cancelling') {
    return { what, why: `task ${task.exportTaskId} is not finished: there is nothing to copy yet` };
  }
  if (!object) {
    const why =
      'the exported object was not found, or could not be read: look whether it was written, and preserve it by hand';
    return { what, why: `${why}; ${plannedAgain(input, what)}` };
  }
  const name = object.key.split('/').findLast((part) => part !== '') ?? object.key;
  const key = [forensics.prefix.replace(/^\/+|\/+$/g, ''), incidentKey, name].filter((part) => part !== '').join('/');
  const source = { bucket: object.bucket, key: object.key, size: object.size, etag: object.etag };
  const { accountId, region, bucket, retention } = forensics;
  const destination = { accountId, region, bucket, key, ...(retention ? { retention } : {}) };
  return {
    id: what,
    title: `Copy the export (${object.size} bytes) to the forensics account ${accountId}`,
    sources: ['S94', 'S97'],
    target: `${bucketArn(region, bucket)}/${key}`,
    calls: ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging', ...(retention ? ['s3:PutObjectRetention'] : [])],
    before: null,
    after: asJson({ source, destination }),
    // Nothing that existed changes, so nothing has to be restored; that is why it does not count as irreversible.
    reversible: true,
    undo:
      `nothing to restore in account ${alert.recipientAccount}; the copy stays as evidence until its custodian deletes it` +
      (retention ? `, which Object Lock (${retention.mode}) prevents for ${retention.days} days` : ''),
    mayBreak: [],
    input: { act: 'copyExport', ...actBase(input), source, destination },
  };
}

const named = (statement: Statement): string =>
  typeof statement.Sid === 'string' && statement.Sid !== '' ? `statement ${statement.Sid}` : 'a statement without Sid';

function removeOutsideGrants(input: PlanInput): Proposal[] {
  const what = 'remove-outside-grants';
  const found = editablePolicy(input);
  if ('why' in found) return [{ what, why: found.why }];
  const { bucket } = found;
  const outside = outsideGrants(bucket, perimeterOf(input.alert, input.policy), exportArn(input)).statements;
  const left = outside
    .filter((grant) => !harmful(grant))
    .map((grant) => ({
      what: `${what}: ${named(grant.statement)}`,
      why: grant.conditioned
        ? `it lets ${grant.who.join(', ')} in under a condition that cannot be verified here: check it`
        : `it names ${grant.who.join(', ')}, but neither reads the export nor changes who may`,
    }));
  const removed = outside.filter(harmful);
  if (removed.length === 0) return [{ what, why: 'no statement lets anybody outside read the export' }, ...left];
  const edit = {
    // Under a name of ours, so that other edits of this incident do not take it for somebody else's change.
    add: removed.flatMap(({ statement, narrowed }) =>
      narrowed ? [{ ...narrowed, Sid: sidInPlaceOf(input.incidentKey, 'InsideOnly', statement) }] : [],
    ),
    remove: removed.map(({ statement }) => statement),
  };
  const who = [...new Set(removed.flatMap((grant) => grant.who))];
  return [
    {
      id: what,
      title: `Remove outside access to bucket ${bucket.bucket}: ${who.join(', ')}`,
      sources: ['S95', 'S101', 'S102', 'S103'],
      mayBreak: removed.map(
        (grant) =>
          `${grant.who.includes('*') ? 'everybody who reads' : grant.who.join(', ')} through ${named(grant.statement)}` +
          (grant.public ? ', your own people included' : ''),
      ),
      ...bucketPolicyEdit(input, bucket, edit),
    },
    ...left,
  ];
}

function removeOutsideAclGrants(input: PlanInput): Proposal[] {
  const what = 'remove-outside-acl-grants';
  const found = changeableBucket(input);
  if ('why' in found) return [{ what, why: found.why }];
  const { bucket } = found;
  if (!bucket.acl) return [{ what, why: aclGap(bucket) ?? 'the ACL was not read' }];
  const outside = outsideGrants(bucket, perimeterOf(input.alert, input.policy)).grants;
  if (outside.length === 0) return [{ what, why: 'the ACL names nobody outside' }];
  return [
    aclWithout(
      input,
      what,
      outside.map(({ grant }) => grant),
      {
        title: `Remove outside grants from the ACL of bucket ${bucket.bucket}`,
        sources: ['S95', 'S101', 'S102', 'S103'],
        mayBreak: outside.map(({ who, grant }) => `${who}, who loses ${grant.permission}`),
      },
    ),
  ];
}

/** The bucket's ACL without these grants, as an action. */
export function aclWithout(
  input: PlanInput,
  id: string,
  dropped: AclGrant[],
  about: { title: string; sources: string[]; mayBreak: string[] },
): Proposal {
  const { bucket } = input;
  if (!bucket?.acl) return { what: id, why: 'the ACL was not read' };
  if (bucket.ownership === 'BucketOwnerEnforced') {
    return { what: id, why: 'ACLs are switched off for this bucket: its grants have no effect' };
  }
  const before = bucket.acl;
  const after = { ...before, grants: before.grants.filter((grant) => !dropped.includes(grant)) };
  return {
    id,
    ...about,
    target: bucketArn(input.alert.region, bucket.bucket),
    calls: ['s3:PutBucketAcl'],
    before: asJson(before),
    after: asJson(after),
    reversible: true,
    undo: 'puts the ACL back as it was, as long as nobody else changed it',
    input: { act: 'replaceBucketAcl', ...actBase(input), bucket: bucket.bucket, before, after },
  };
}
