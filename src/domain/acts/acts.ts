import type { ObjectVersion } from '../findings/facts.ts';
import type { PolicyDocument, Statement, StatementEdit } from '../policy/policy-document.ts';
import type { BucketAcl, BucketFacts, PublicAccessBlock, ReplicationConfiguration } from '../findings/bucket-facts.ts';
import type { ServiceCredential } from '../findings/principal-facts.ts';

/**
 * The exact inputs of the acting activities; `act` is the activity's name. An approval's digest covers these values and
 * nothing else (P2), and each carries its own precondition (P3) and the before-state that an undo needs (P5).
 * Every act brings one target to one described state: run twice, it ends the same (P4).
 */
interface ActBase {
  /** Carried in every name that the act creates in AWS. */
  incidentKey: string;
  /** Account whose contain role acts. */
  accountId: string;
  region: string;
}

/** Adds and removes single statements of a bucket policy. */
export interface EditBucketPolicy extends ActBase, StatementEdit {
  act: 'editBucketPolicy';
  bucket: string;
  /** See `restDigest`: computed over all removals of the plan. */
  restDigest: string;
  /** Statements that other actions of the same plan may remove from this policy. */
  removedByPlan: Statement[];
  before: PolicyDocument | null;
}

export interface ReplaceBucketAcl extends ActBase {
  act: 'replaceBucketAcl';
  bucket: string;
  before: BucketAcl;
  after: BucketAcl;
}

/** null: the bucket has no such setting. */
export interface SetPublicAccessBlock extends ActBase {
  act: 'setPublicAccessBlock';
  bucket: string;
  before: PublicAccessBlock | null;
  after: PublicAccessBlock | null;
}
export interface SetBucketOwnership extends ActBase {
  act: 'setBucketOwnership';
  bucket: string;
  before: BucketFacts['ownership'];
  after: BucketFacts['ownership'];
}

/** Switches rules of a bucket's replication off or on; the rest of the configuration is written as it was. */
export interface SetBucketReplication extends ActBase {
  act: 'setBucketReplication';
  bucket: string;
  before: ReplicationConfiguration;
  after: ReplicationConfiguration;
}

/** Replaces or (after: null) takes away the policy of an access point; the access point itself stays. */
export interface SetAccessPointPolicy extends ActBase {
  act: 'setAccessPointPolicy';
  /** The access point's bucket. */
  bucket: string;
  accessPoint: string;
  before: PolicyDocument | null;
  after: PolicyDocument | null;
}

export type KeyStatus = 'Active' | 'Inactive';
export interface SetAccessKeyStatus extends ActBase {
  act: 'setAccessKeyStatus';
  userName: string;
  userId?: string;
  keys: { accessKeyId: string; before: KeyStatus; after: KeyStatus }[];
  /** Only these are meant: the user's other keys are their own. */
  othersStay?: true;
}

/**
 * A password or key of a user for one service, such as CodeCommit or Bedrock, beside the access keys; or, by `kind`, an
 * SSH public key or a signing certificate of it.
 */
export interface SetServiceCredentialStatus extends ActBase {
  act: 'setServiceCredentialStatus';
  userName: string;
  userId?: string;
  /** Absent: a service-specific credential. */
  kind?: NonNullable<ServiceCredential['kind']>;
  credentialId: string;
  before: KeyStatus;
  after: KeyStatus;
}

export interface PolicyHolder {
  type: 'user' | 'role' | 'group';
  name: string;
}
/** Creates, replaces or (after: null) deletes an inline policy. */
export interface PutInlinePolicy extends ActBase {
  act: 'putInlinePolicy';
  holder: PolicyHolder;
  /** Of a user: whoever else has its name by the time of the act is not meant. */
  userId?: string;
  /** The same of a role. */
  roleId?: string;
  policyName: string;
  before: PolicyDocument | null;
  after: PolicyDocument | null;
}

/**
 * Denies everything to sessions of the role that began before the act. The moment is taken when the act runs, not when
 * it was planned: a session begun while people decide must not survive.
 */
export interface RevokeRoleSessions extends ActBase {
  act: 'revokeRoleSessions';
  roleName: string;
  roleId?: string;
  policyName: string;
  /** Only sessions that carry this; absent: all of the role. */
  session?: SessionMark;
  before: null;
}

/** What tells one person's sessions of a role from the others'. */
export interface SessionMark {
  key: 'aws:userid' | 'aws:SourceIdentity';
  value: string;
}

/** Replaces a role's trust policy: who may assume it. Sessions that it has handed out go on. */
export interface SetTrustPolicy extends ActBase {
  act: 'setTrustPolicy';
  roleName: string;
  roleId?: string;
  before: PolicyDocument;
  after: PolicyDocument;
}

/** Replaces the default version of a customer managed policy. */
export interface SetManagedPolicy extends ActBase {
  act: 'setManagedPolicy';
  policyArn: string;
  before: PolicyDocument;
  after: PolicyDocument;
}

export interface CancelExportTask extends ActBase {
  act: 'cancelExportTask';
  exportTaskId: string;
}

/** Object Lock: until it ends, `COMPLIANCE` lets nobody delete the object, `GOVERNANCE` only who may bypass it. */
export interface Retention {
  mode: 'GOVERNANCE' | 'COMPLIANCE';
  days: number;
}
/** Server-side copy into the forensics account, proved by SHA-256 of the whole object, with its custody record beside it. */
export interface CopyExport extends ActBase {
  act: 'copyExport';
  source: { bucket: string; key: string; size: number; etag: string };
  /** Without `retention` the bucket's own default applies, where it has one. */
  destination: { accountId: string; region: string; bucket: string; key: string; retention?: Retention };
}

/** Deletes the original for good: every version and delete marker under its key, and no other object. */
export interface DeleteExport extends ActBase {
  act: 'deleteExport';
  source: CopyExport['source'];
  versions: ObjectVersion[];
  /** Where the copy lies without which nothing is deleted. */
  copy: CopyExport['destination'];
}

export interface EventRule {
  /** EventBridge event pattern as JSON text. */
  eventPattern: string;
  description: string;
  targetArn: string;
}
export interface PutEventRule extends ActBase {
  act: 'putEventRule';
  ruleName: string;
  before: EventRule | null;
  after: EventRule | null;
}

/** Whom an image or a snapshot is shared with. Takes shares away, or gives back what was taken: never both. */
export interface SetSharing extends ActBase {
  act: 'setSharing';
  resource: { type: 'image' | 'snapshot'; id: string };
  /** Account ids, ARNs of organisations and their units, `all`; sorted. */
  before: string[];
  after: string[];
}

/** One snapshot of each volume of an instance, all of the same moment. EC2 takes no token for it: the tags tell ours. */
export interface SnapshotVolumes extends ActBase {
  act: 'snapshotVolumes';
  instanceId: string;
  /** Sorted. */
  volumes: string[];
  tags: Record<string, string>;
}

/** Whether new EBS volumes and copies of snapshots in this account and Region are encrypted unasked. */
export interface SetEbsEncryptionDefault extends ActBase {
  act: 'setEbsEncryptionDefault';
  before: boolean;
  after: boolean;
}

/**
 * A service control policy of ours on one account: made and attached, or (after: null) detached and deleted. `accountId` is
 * the organisation's management account, whose role acts.
 */
export interface SetAccountScp extends ActBase {
  act: 'setAccountScp';
  /** The account that the policy binds. */
  targetAccount: string;
  policyName: string;
  before: PolicyDocument | null;
  after: PolicyDocument | null;
}

/** A rule of AWS Config that AWS manages. */
export interface ConfigRule {
  /** AWS's name for what it checks, such as `CLOUD_TRAIL_ENABLED`. */
  source: string;
  description: string;
}
export interface PutConfigRule extends ActBase {
  act: 'putConfigRule';
  ruleName: string;
  before: ConfigRule | null;
  after: ConfigRule | null;
}

export type ActInput =
  | EditBucketPolicy
  | ReplaceBucketAcl
  | SetPublicAccessBlock
  | SetBucketOwnership
  | SetBucketReplication
  | SetAccessPointPolicy
  | SetAccessKeyStatus
  | SetServiceCredentialStatus
  | PutInlinePolicy
  | RevokeRoleSessions
  | SetTrustPolicy
  | SetManagedPolicy
  | CancelExportTask
  | CopyExport
  | DeleteExport
  | PutEventRule
  | SetSharing
  | SnapshotVolumes
  | SetEbsEncryptionDefault
  | SetAccountScp
  | PutConfigRule;
export type ActName = ActInput['act'];
export type ActInputOf<N extends ActName> = Extract<ActInput, { act: N }>;

/**
 * What an acting activity found or did. Expected ends are values; only a step that cannot go on throws.
 * `changed`: the target is not what the plan was made for, nothing was done (P3).
 */
export type ActStatus = 'applied' | 'already' | 'changed' | 'gone';
export interface ActResult {
  status: ActStatus;
  /** A sentence for people: what, on which resource. */
  detail: string;
  /** When AWS confirmed the state, ISO 8601 UTC. */
  at: string;
  /** What was read back, where it says more than the plan did (a cutoff time, a checksum). */
  observed?: Record<string, string>;
}

/** What a read of an act's target says: `done` and `ready` mean the plan's after- and before-state. */
export type Standing = 'done' | 'ready' | 'changed' | 'gone';
export interface TargetCheck {
  standing: Standing;
  detail: string;
  /** Ready, but some of it is done: an attempt ended half-way. */
  partly?: true;
  observed?: Record<string, string>;
}
