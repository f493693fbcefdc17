import { bucketArn } from '../policy/arns.ts';
import { sid } from '../acts/created-names.ts';
import { exceptRespondersAndServices, exportResources, knownReaders } from '../policy/export-readers.ts';
import { isResponder, perimeterOf } from '../policy/perimeter.ts';
import { bucketPolicyEdit, editablePolicy, exportArn, type PlanInput, type Proposal } from './planning.ts';
import { editIsDone, type Statement } from '../policy/policy-document.ts';
import { whyNotOpen } from '../findings/why-not-open.ts';

const what = 'lock-bucket';

/**
 * Shuts everybody but responders and AWS services out (S95, S103): of the whole bucket where it holds nothing but the
 * export, else of the export alone. The smaller `deny-export-reads` leaves writing, deleting and ACLs to whoever has them.
 */
export function lockBucket(input: PlanInput): Proposal {
  const found = editablePolicy(input);
  const why = 'why' in found ? found.why : whyNotLocked(input);
  if ('why' in found || why !== null) return { what, why: why ?? '' };
  const { bucket } = found;
  const { incidentKey, policy, alert } = input;
  const arn = bucketArn(alert.region, bucket.bucket);
  const whole = bucket.onlyExport === 'yes';
  const resources = whole ? [arn, `${arn}/*`] : exportResources(input);
  if (resources.length === 0) {
    return { what, why: 'the bucket holds other objects, and where the export lies is not known: lock it by hand' };
  }
  const statement: Statement = {
    Sid: sid(incidentKey, whole ? 'LockBucket' : 'LockExport'),
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: resources,
    Condition: exceptRespondersAndServices(policy),
  };
  const edit = { add: [statement], remove: [] };
  if (editIsDone(bucket.policy, edit)) return { what, why: 'the policy locks it already' };
  return {
    id: what,
    title: whole
      ? `Lock bucket ${bucket.bucket} against everybody but responders`
      : `Lock the export in bucket ${bucket.bucket} against everybody but responders`,
    sources: ['S95', 'S97', 'S103', 'S107'],
    mayBreak: [...(whole ? [losesBucket(bucket.bucket)] : [losesExport(resources)]), ...knownReaders(input)],
    ...bucketPolicyEdit(input, bucket, edit),
  };
}

const losesBucket = (bucket: string): string =>
  `everybody but responders and AWS services loses bucket ${bucket}, its administrators and every further export into ` +
  "it included; beside responders only the account's root user can lift it, by deleting the policy";
const losesExport = (resources: string[]): string =>
  `everybody but responders and AWS services loses ${resources.join(', ')}; other objects stay as they are`;

/** Why the policy, the export or the roles forbid it, or null. */
function whyNotLocked(input: PlanInput): string | null {
  const { policy, task, bucket, foundBucket = null } = input;
  const { lockBucket: when = 'never' } = policy;
  if (when === 'never') return 'the policy locks no bucket (lockBucket: never)';
  if (task?.state === 'active' || task?.state === 'cancelling') {
    return `task ${task.exportTaskId} is not finished: the lock would shut out the service that writes the export`;
  }
  if (when === 'when-outside') {
    const perimeter = perimeterOf(input.alert, policy);
    // What containment takes away itself is gone when it plans again.
    const reasons = [bucket, foundBucket].flatMap((one) => (one ? [whyNotOpen(one, perimeter, exportArn(input))] : []));
    const closed = reasons.find((reason) => reason !== null);
    if (!reasons.includes(null)) return `${closed ?? 'the bucket was not read'} (lockBucket: when-outside)`;
  }
  return whyLockedOut(input);
}

/** Whom of ours the lock would shut out: after that nobody here could undo it. */
function whyLockedOut({ policy, alert }: PlanInput): string | null {
  if (!policy.account?.roles) {
    return `the roles of account ${alert.recipientAccount} are not on record: the lock might shut them out for good`;
  }
  const out = lockedOut(policy);
  return out.length === 0 ? null : `it would lock out ${out.join(' and ')}: name them in responders first`;
}

/** Our own roles in the account that a deny for everybody but responders would hit, as far as they are on record. */
export const lockedOut = ({ account, responders }: PlanInput['policy']): string[] =>
  account?.roles ? [account.roles.contain, account.roles.observe].filter((role) => !isResponder(role, responders)) : [];
