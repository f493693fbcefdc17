import type {
  CancelExportTask,
  CopyExport,
  EditBucketPolicy,
  EventRule,
  KeyStatus,
  PutEventRule,
  PutInlinePolicy,
  ReplaceBucketAcl,
  RevokeRoleSessions,
  SetAccessKeyStatus,
  SetManagedPolicy,
  Standing,
  TargetCheck,
} from './acts.ts';
import { sidPrefix } from './created-names.ts';
import { canonicalJson, sameJson } from '../digest.ts';
import type { ExportTaskFacts } from '../findings/facts.ts';
import { editIsDone, restDigest, sameDocument, type PolicyDocument } from '../policy/policy-document.ts';
import { cutoffOf } from './session-revocation.ts';
import type { BucketAcl } from '../findings/bucket-facts.ts';

/**
 * Where an act's target stands (P3, P4): `done` and `ready` are the plan's after- and before-state, `changed` is neither,
 * `gone` means that there is nothing left to act on. The same rules for acting, for undo and for later rechecks.
 */
export const check = (standing: Standing, detail: string): TargetCheck => ({ standing, detail });
export const asPlanned = (what: string) => check('done', `${what} is as planned`);
export const untouched = (what: string) => check('ready', `${what} is as it was when planned`);
const halfway = (found: TargetCheck, partly: boolean): TargetCheck => (partly ? { ...found, partly } : found);
export const changed = (what: string) => check('changed', `${what} was changed by somebody else since the plan`);

/** `gone`: there is no such bucket; null: it has no policy. */
export function standingOfBucketPolicy(input: EditBucketPolicy, document: PolicyDocument | null | 'gone'): TargetCheck {
  const { bucket, incidentKey, removedByPlan } = input;
  const what = `the policy of bucket ${bucket}`;
  if (document === 'gone') return check('gone', `there is no bucket ${bucket}`);
  if (editIsDone(document, input)) return asPlanned(what);
  return restDigest(document, sidPrefix(incidentKey), removedByPlan) === input.restDigest
    ? untouched(what)
    : changed(what);
}

/** Grants have no order. */
const sameAcl = (a: BucketAcl, b: BucketAcl): boolean =>
  a.ownerId === b.ownerId && sameJson(a.grants.map(canonicalJson).sort(), b.grants.map(canonicalJson).sort());

/** null: there is no such bucket. */
export function standingOfBucketAcl({ bucket, before, after }: ReplaceBucketAcl, acl: BucketAcl | null): TargetCheck {
  const what = `the ACL of bucket ${bucket}`;
  if (!acl) return check('gone', `there is no bucket ${bucket}`);
  if (sameAcl(acl, after)) return asPlanned(what);
  return sameAcl(acl, before) ? untouched(what) : changed(what);
}

/**
 * A deleted key lets nobody in, but nothing can switch it on again. A key that the plan does not know and that is active
 * was made, or switched on, since: the plan would leave the door open and report it shut.
 */
export function standingOfAccessKeys(
  input: Pick<SetAccessKeyStatus, 'userName' | 'userId' | 'keys' | 'othersStay'>,
  { userArn, userId, keys }: { userArn: string | null; userId?: string; keys: Record<string, KeyStatus> },
): TargetCheck {
  const { userName, keys: planned, othersStay } = input;
  if (userArn === null) return check('gone', `there is no user ${userName}`);
  const other = anotherUser(userName, input.userId, userId);
  if (other) return other;
  const present = planned.filter(({ accessKeyId }) => keys[accessKeyId] !== undefined);
  const said = planned.map(({ accessKeyId }) => `${accessKeyId} is ${keys[accessKeyId] ?? 'deleted'}`).join(', ');
  const detail = `of user ${userName}, ${said}`;
  const known = new Set(planned.map(({ accessKeyId }) => accessKeyId));
  const others = Object.keys(keys).filter((id) => keys[id] === 'Active' && !known.has(id));
  const missing = planned.filter((key) => !present.includes(key));
  if (present.length === 0 || missing.some(({ after }) => after === 'Active')) return check('gone', detail);
  const switchesOff = othersStay !== true && planned.some(({ after }) => after === 'Inactive');
  if (switchesOff && others.length > 0)
    return check('changed', `${detail}, and ${others.join(', ')} became active since`);
  const left = present.filter(({ accessKeyId, after }) => keys[accessKeyId] !== after);
  return left.length === 0 ? check('done', detail) : halfway(check('ready', detail), left.length < present.length);
}

const isAnother = (planned: string | undefined, found: string | undefined): boolean =>
  planned !== undefined && found !== undefined && planned !== found;

/** The name is that of another user than was planned for; undefined where one of the ids is not known. */
export const anotherUser = (name: string, planned: string | undefined, found: string | undefined) =>
  isAnother(planned, found)
    ? check('changed', `user ${name} is another one than planned: the name was given to it since`)
    : undefined;

/** The same of a role. */
export const anotherRole = (name: string, planned: string | undefined, found: string | undefined) =>
  isAnother(planned, found)
    ? check('changed', `role ${name} is another one than planned: that was deleted, and this one made, since`)
    : undefined;

function standingOfDocument(
  what: string,
  { before, after }: { before: PolicyDocument | null; after: PolicyDocument | null },
  document: PolicyDocument | null,
): TargetCheck {
  if (sameDocument(document, after)) return asPlanned(what);
  return sameDocument(document, before) ? untouched(what) : changed(what);
}

export interface InlinePolicyState {
  /** null: there is no such holder. */
  holderArn: string | null;
  /** Of a user. */
  userId?: string;
  /** Of a role. */
  roleId?: string;
  /** null: it has no policy of that name. */
  document: PolicyDocument | null;
}

export function standingOfInlinePolicy(input: PutInlinePolicy, state: InlinePolicyState): TargetCheck {
  const { type, name } = input.holder;
  if (state.holderArn === null) return check('gone', `there is no ${type} ${name}`);
  const other = anotherUser(name, input.userId, state.userId) ?? anotherRole(name, input.roleId, state.roleId);
  if (other) return other;
  return standingOfDocument(`inline policy ${input.policyName} of ${type} ${name}`, input, state.document);
}

/** null: there is no such policy. */
export const standingOfManagedPolicy = (input: SetManagedPolicy, document: PolicyDocument | null): TargetCheck =>
  document
    ? standingOfDocument(`policy ${input.policyArn}`, input, document)
    : check('gone', `there is no policy ${input.policyArn}`);

/** Whatever its cutoff, a revocation of this incident is done: it was taken when the act first ran. */
export function standingOfRevocation(input: RevokeRoleSessions, state: InlinePolicyState): TargetCheck {
  const { incidentKey, roleName, policyName, session } = input;
  if (state.holderArn === null) return check('gone', `there is no role ${roleName}`);
  const other = anotherRole(roleName, input.roleId, state.roleId);
  if (other) return other;
  if (!state.document) return check('ready', `role ${roleName} has no policy ${policyName}`);
  const cutoff = cutoffOf(incidentKey, state.document, session);
  if (cutoff === null) return changed(`policy ${policyName} of role ${roleName}`);
  const which = session ? ` with ${session.key} ${session.value}` : '';
  const detail = `sessions of role ${roleName}${which} that began before ${cutoff} are denied everything`;
  return { ...check('done', detail), observed: { cutoff } };
}

/** null: EC2 does not know the task any more. */
export function standingOfExportTask({ exportTaskId }: CancelExportTask, task: ExportTaskFacts | null): TargetCheck {
  if (!task) return check('gone', `EC2 does not know export task ${exportTaskId} any more`);
  const detail = `export task ${exportTaskId} is ${task.state}`;
  if (task.state === 'cancelled') return check('done', detail);
  return check(task.state === 'completed' ? 'changed' : 'ready', detail);
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
const sameRule = (a: EventRule | null, b: EventRule | null): boolean =>
  a === null || b === null
    ? a === b
    : sameJson(parsed(a.eventPattern), parsed(b.eventPattern)) &&
      a.description === b.description &&
      a.targetArn === b.targetArn;

/** null: there is no such rule. A disabled one sees nothing. */
export function standingOfEventRule(
  { ruleName, before, after }: PutEventRule,
  rule: (EventRule & { enabled: boolean }) | null,
): TargetCheck {
  const what = `event rule ${ruleName}`;
  if (sameRule(rule, after))
    return rule?.enabled === false ? check('changed', `${what} was disabled`) : asPlanned(what);
  // Rule and target are two calls: an attempt that ended between them left a rule without one.
  const half =
    rule?.targetArn === '' && [before, after].some((whole) => whole && sameRule(rule, { ...whole, targetArn: '' }));
  if (sameRule(rule, before)) return untouched(what);
  return half ? halfway(check('ready', `${what} is there without its target`), true) : changed(what);
}

/** The object at the copy's place, with the source that its metadata names; null: there is none. */
export interface CopyState {
  size: number;
  sourceEtag: string | undefined;
  /** SHA-256 as S3 computed it: of the whole object in hex, or of its parts' hashes as S3 writes it. */
  sha256: string | undefined;
  sha256OfParts: string | undefined;
}
export function standingOfCopy({ source, destination }: CopyExport, copy: CopyState | null): TargetCheck {
  const where = `s3://${destination.bucket}/${destination.key}`;
  if (!copy) return check('ready', `there is no copy at ${where}`);
  const { sourceEtag, size, sha256, sha256OfParts } = copy;
  if (sourceEtag !== source.etag || size !== source.size || (sha256 ?? sha256OfParts) === undefined) {
    return check('changed', `${where} is another object: it was not copied from this export`);
  }
  const observed = {
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(sha256OfParts === undefined ? {} : { sha256OfParts }),
    size: String(size),
  };
  return { ...check('done', `${where} is a copy of the export`), observed };
}
