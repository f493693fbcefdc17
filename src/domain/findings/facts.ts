import type { Answer, EvidenceRef } from './evidence.ts';
import type { Json } from '../json.ts';
import type { PolicyDocument } from '../policy/policy-document.ts';

/** What observing activities report. Values only: the evidence behind them is stored and referenced. */

/** A source that could not answer, and why (P8). */
export interface Gap {
  /** What is missing, such as `bucket policy`. */
  what: string;
  /** Why, such as `AwsAccessDenied: …`. */
  why: string;
}

/** Facts whose source's own answer is kept: the facts travel with the incident, the answer lies in the evidence store. */
export interface Kept {
  evidence?: EvidenceRef[];
  /** Why it is not kept. */
  notKept?: string;
}

export interface InstanceFacts extends Kept {
  instanceId: string;
  state: string;
  imageId?: string;
  /** What it was launched from, by whoever named it; null: there is no such image any more; absent: not read. */
  image?: { name?: string; owner?: string } | null;
  /** Whether it has any; absent: not read. What is in it is nowhere kept. */
  userData?: boolean;
  platform?: string;
  launchTime?: string;
  instanceProfileArn?: string;
  tags: Record<string, string>;
  volumes: { volumeId: string; encrypted: boolean; sizeGiB: number }[];
  /** Absent: there are none. */
  gaps?: Gap[];
}

/**
 * Of which machine an image was made, as EC2 and CloudTrail have it. What people wrote on the image (name, tags, description)
 * is not asked: whoever made it chose that.
 */
export interface ImageSourceFacts extends Kept {
  imageId: string;
  /** Absent: not known, and `why` says why. It can be of another account, and in another Region. */
  machine?: { instanceId: string; accountId: string; region: string };
  /** Of the images that were copied from one to the next on the way to the machine, the nearest first; absent: none. */
  through?: { imageId: string; region: string }[];
  /** The call that made an image of the machine; absent: EC2 itself names the machine. */
  call?: Pick<TrailEvent, 'eventName' | 'time' | 'principalArn' | 'sourceAddress'>;
  /** When that was. */
  madeAt?: string;
  /** The snapshots that the image itself is made of; absent: EC2 does not know the image. */
  disks?: { snapshotId: string; encrypted: boolean }[];
  why?: string;
  /** Absent: there are none. */
  gaps?: Gap[];
}

/** What Systems Manager's agent reported of a machine, as far as it says what the machine carries. */
export interface SoftwareFacts extends Kept {
  /** When the agent looked, as it says it; absent: Systems Manager has no inventory of the machine. */
  capturedAt?: string;
  /** Packages that were listed. */
  total: number;
  /** True when the budget of calls ended before the list did. */
  truncated: boolean;
  /** Those that keep secrets on a disk; see `secretsOf`. */
  keeping: { name: string; version?: string }[];
}

export interface ExportTaskFacts extends Kept {
  exportTaskId: string;
  state: 'active' | 'cancelling' | 'cancelled' | 'completed';
  statusMessage?: string;
  instanceId?: string;
  bucket?: string;
  key?: string;
  diskImageFormat?: string;
  containerFormat?: string;
  targetEnvironment?: string;
}

export interface ExportObjectFacts extends Kept {
  bucket: string;
  key: string;
  /** Bytes. */
  size: number;
  etag: string;
  versionId?: string;
  lastModified: string;
  /** Everything under exactly this key; absent: not read, and `versionsGap` says why. */
  versions?: ObjectVersion[];
  versionsGap?: string;
}

/** One version of an object, or a delete marker, which has neither content nor ETag. */
export interface ObjectVersion {
  /** The text `null` is S3's name for what was written without versioning. */
  versionId: string;
  etag: string;
  /** Bytes. */
  size: number;
  deleteMarker: boolean;
}

export interface AclGrant {
  grantee: { type: 'CanonicalUser' | 'Group' | 'AmazonCustomerByEmail'; id?: string; uri?: string; email?: string };
  permission: string;
}
export interface BucketAcl {
  ownerId: string;
  grants: AclGrant[];
}

/** Settings by S3's names; one that is left out is off. */
export type PublicAccessBlock = Record<string, boolean>;

/** A rule exactly as S3 returned it: whoever writes the configuration writes all of it. */
export type ReplicationRule = { [key: string]: Json };
export interface ReplicationConfiguration {
  /** ARN of the role as which S3 copies. */
  Role: string;
  Rules: ReplicationRule[];
}
/** Where a rule copies to. */
export interface ReplicationDestination {
  bucket: string;
  /** Whether one of our accounts lists the bucket as its own. */
  ours: Answer;
  /** Whose it is, where one of ours lists it. */
  account?: string;
  /** Why that could not be found out. */
  why?: string;
}
export interface ReplicationFacts {
  configuration: ReplicationConfiguration;
  destinations: ReplicationDestination[];
}

/** A way into a bucket under a name and a policy of its own. */
export interface AccessPointFacts {
  name: string;
  arn: string;
  /** The only network that it takes requests from; absent: from everywhere. */
  vpcId?: string;
  /** null: it has none; absent: not read, and a gap of the bucket says why. */
  policy?: PolicyDocument | null;
  /** S3's own judgement of the policy. */
  public: Answer;
}

export interface BucketFacts extends Kept {
  bucket: string;
  /** `yes` when the bucket belongs to the incident's own account. */
  ownedByAccount: Answer;
  /** The account whose it is, where it is not the incident's own and that could be found out. */
  owner?: string;
  region?: string;
  /** null: there is none. */
  policy: PolicyDocument | null;
  acl: BucketAcl | null;
  ownership: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter' | null;
  publicAccessBlock: PublicAccessBlock | null;
  /** S3's own judgement of the policy (GetBucketPolicyStatus), and public ACL grants. */
  public: Answer;
  logging: { bucket: string; prefix: string } | null;
  versioning: boolean;
  /** How S3 encrypts by default, with which KMS key where one is named; null: not at all; absent: not read, or facts of an earlier version. */
  encryption?: { algorithm: string; key?: string } | null;
  /** Absent: it has none, or they were not read. */
  tags?: Record<string, string>;
  /** null: there is none; absent: not read, and a gap says why, or facts of an earlier version. */
  replication?: ReplicationFacts | null;
  /** Those of the bucket's own account; absent: not listed, and a gap says why, or facts of an earlier version. */
  accessPoints?: AccessPointFacts[];
  /** Whether it holds nothing but the export; absent: nobody asked. */
  onlyExport?: Answer;
  gaps: Gap[];
}

/** One successful or refused read of the exported object, from the S3 server access log. */
export interface ObjectRead {
  time: string;
  operation: string;
  key: string;
  /** ARN or canonical id; `-` for anonymous. */
  requester: string;
  address: string;
  status: number;
  bytes: number;
  /** Of the whole object, as it was then. */
  objectSize?: number;
  userAgent?: string;
  /** By a signed URL: whoever holds it reads as whoever signed it. */
  presigned?: true;
  /** The access key that signed it. */
  signedBy?: string;
  /** Absent: the access log. */
  from?: 'data event';
}
/** Where a successful copy put the object, by a data event: access logs do not say. */
export interface CopyOfObject {
  time: string;
  /** As in ObjectRead. */
  requester: string;
  bucket: string;
  key: string;
}
/** What CloudTrail's data events tell of reads of one object. */
export interface DataEventFacts extends Kept {
  from: string;
  to: string;
  /** Requests of one reader that follow each other are one. */
  reads: ObjectRead[];
  /** Absent: answers of an earlier version. */
  copies?: CopyOfObject[];
  /** Events. */
  total: number;
  /** The newest read of any object of the bucket; absent: none is recorded, or facts of an earlier version. */
  recordedUntil?: string;
  gaps: Gap[];
}
export interface ObjectReadFacts extends Kept {
  /** Whether access logging is on for the bucket now. Without it nothing is known (P8). */
  logging: boolean;
  reads: ObjectRead[];
  /** Copies of it in S3; absent: no data event tells of one. */
  copies?: CopyOfObject[];
  /** Log objects and lines that were looked at. */
  logObjects: number;
  lines: number;
  /** Lines that could not be read. */
  unreadable: number;
  /** The newest line's time: what happened later may not be delivered yet. */
  loggedUntil?: string;
  /** The day and time of the oldest log that is still there; absent: none is, or it was not looked for. */
  logsSince?: string;
  /** What data events of CloudTrail tell beside the log; absent: nobody asked, or they could not be read. */
  dataEvents?: { to: string; recordedUntil?: string };
  gaps: Gap[];
}

/** A way in that a call opened or widened: for whoever comes back when the first key is gone. */
export interface WayIn {
  kind:
    | 'access-key'
    | 'user'
    | 'login'
    | 'role'
    | 'trust'
    | 'identity-provider'
    | 'service-credential'
    | 'ssh-key'
    | 'signing-certificate'
    | 'roles-anywhere';
  /** Name of the user or role; ARN of the identity provider, or of the trust anchor or profile of Roles Anywhere. */
  name: string;
  accessKeyId?: string;
  /** Of a user that was made. */
  userId?: string;
  /** Of a service-specific credential, SSH key or signing certificate. */
  credentialId?: string;
  /** Where it was there before; absent: made. */
  how?: 'switched on' | 'reset';
}
/** A machine that a call let its caller into. What was done inside is not in CloudTrail. */
export interface EnteredMachine {
  /** Instance id; of Systems Manager also of a managed node or a container. */
  machine: string;
}
/** What a call changed about who may do what, as far as its record tells. */
export interface PermissionChange {
  /** Whether what was written allows an export; `unknown`: the record names a policy or group, not what it holds. */
  effect: 'allows' | 'does not allow' | 'takes away' | 'unknown';
  /** Such as `user mallory`. */
  holder?: string;
  /** Name or ARN. */
  policy?: string;
  /** Which statements allow exports. */
  statements?: string[];
  /** It set or took away the permissions boundary of its holder, which `policy` names where one was set. */
  boundary?: true;
  /** Whether what was written allows passing roles to services. Absent: it does not, or its text is not in the record. */
  passesRoles?: boolean;
}
/** What a call changed about what is recorded of others' calls, or how long it is kept. */
export interface RecordingChange {
  effect: 'less' | 'not less' | 'unknown';
  what: string;
  bucket?: string;
  /** Of selectors: which trail's, and below which ARNs it then records all reads of S3's objects. */
  trail?: string;
  objects?: string[];
}
/** A temporary session that a call handed out. */
export interface TakenSession {
  accessKeyId?: string;
  /** Of a caller that is a user: its id. */
  callerId?: string;
  /** Absent for sessions of the caller itself. */
  roleArn?: string;
  sessionName?: string;
  sourceIdentity?: string;
}

/** A copy of a machine that a call made, or shared with somebody. */
export interface MadeCopy {
  kind: 'image' | 'snapshot' | 'stored-image' | 'export';
  /** Of the image or snapshot; of a stored image its place, of an export its task. */
  id: string;
  /** The instance, volume, image or snapshot that it is a copy of. */
  from?: string;
  /** Of a copied image, where the one is that it is a copy of. */
  fromRegion?: string;
  /** Of an image of a machine: the snapshots that the caller put in beside the machine's own disks. */
  added?: string[];
  /** Whom this call shared it with: see `sharedWith` of CopyFacts. */
  sharedWith?: string[];
}

/** An image or snapshot of the machine, as EC2 has it. */
export interface CopyFacts {
  type: 'image' | 'snapshot';
  id: string;
  /** The instance, image or volume that EC2 says it was made of. */
  from?: string;
  createdAt?: string;
  /** Account ids, ARNs of organisations and their units, `all` for everybody; sorted. null: it could not be read. */
  sharedWith: string[] | null;
  /** Absent: it has none, or facts of an earlier version. */
  tags?: Record<string, string>;
}
/** The copies of one Region. */
export interface CopiesFacts extends Kept {
  region: string;
  copies: CopyFacts[];
  gaps: Gap[];
}

export interface TrailEvent {
  eventId: string;
  time: string;
  eventName: string;
  eventSource: string;
  region: string;
  readOnly: boolean;
  errorCode?: string;
  sourceAddress?: string;
  userAgent?: string;
  accessKeyId?: string;
  principalArn?: string;
  /** Of a caller without an ARN: whoever comes from another account has none in this one's trail. */
  principalAccount?: string;
  /** Of calls that succeeded. */
  wayIn?: WayIn;
  /** The trust policy that the call wrote. */
  trust?: PolicyDocument;
  session?: TakenSession;
  entered?: EnteredMachine;
  copies?: MadeCopy[];
  permission?: PermissionChange;
  recording?: RecordingChange;
  /** The role or instance profile that the call handed to a service. */
  passedRole?: string;
  /** Whether the caller had shown a second factor; absent: the record does not say. */
  mfa?: boolean;
  /** Which tags it wrote or removed; absent: none, or the record does not name them. */
  tags?: string[];
  resources: string[];
}
export interface TrailFacts extends Kept {
  from: string;
  to: string;
  regions: string[];
  /** Newest first, `events.length` of `total`: where not all are kept, reads that succeeded are left out first. */
  events: TrailEvent[];
  total: number;
  /** How many events are left out that are no mere reads; absent: not counted. */
  changesLeftOut?: number;
  /** True when the budget of calls ended before the source did. */
  truncated: boolean;
  /** Calls by name, over all `total` events. */
  countByName: Record<string, number>;
  /** All `total` events in figures, where they were asked for. */
  summary?: TrailSummary;
  /** Who told it, where that is not CloudTrail's own event history alone. */
  toldBy?: string;
  gaps: Gap[];
}

export interface NamedPolicy {
  name: string;
  document: PolicyDocument;
}
export interface ManagedPolicy {
  arn: string;
  name: string;
  document: PolicyDocument;
  /** Written by AWS: cannot be edited, only overruled. */
  awsManaged: boolean;
  /** How many principals it is attached to: an edit hits all of them. */
  attachmentCount: number;
}
export interface PrincipalPolicies {
  inline: NamedPolicy[];
  attached: ManagedPolicy[];
}
/** A user's password or key for one service, its SSH key for CodeCommit, or its certificate for requests of old. */
export interface ServiceCredential {
  credentialId: string;
  /** Absent: a service-specific credential. */
  kind?: 'ssh-key' | 'signing-certificate';
  service: string;
  status: string;
}
/** The actor's user or role as IAM has it now. */
export interface PrincipalFacts extends PrincipalPolicies, Kept {
  type: 'user' | 'role';
  name: string;
  arn: string;
  /** Path `/aws-service-role/`: AWS lets nobody change it. */
  serviceLinked: boolean;
  /** Path `/aws-reserved/sso.amazonaws.com/`: managed by Identity Center. */
  identityCenter: boolean;
  accessKeys: { accessKeyId: string; status: 'Active' | 'Inactive'; created?: string }[];
  groups: ({ name: string } & PrincipalPolicies)[];
  boundaryArn?: string;
  /** Absent: it has none. */
  tags?: Record<string, string>;
  /** Of a user: `AIDA…`, which it keeps under another name, and which another user of its name does not have. */
  userId?: string;
  /** Of a role: `AROA…`, which its sessions' ids begin with. */
  roleId?: string;
  /** Of a role: who may assume it. */
  trust?: PolicyDocument;
  gaps: Gap[];
}

/** Which service control policies bind one account directly. */
export interface AccountScpFacts extends Kept {
  accountId: string;
  /** False: the account is not in the organisation of the management account that was asked. */
  member: boolean;
  /** Names of the policies attached to the account itself; those of its units and of the root are not among them. */
  attached: string[];
  /** Those that were asked for by name and exist. */
  own: { name: string; document: PolicyDocument; targets: string[] }[];
}

/** AWS Config in one account and Region. */
export interface ConfigFacts extends Kept {
  /** Without a recorder that records, no rule is evaluated. */
  recording: boolean;
  /** `source`: AWS's name for what a managed rule checks, or the function of a custom one. */
  rules: { name: string; source: string; description: string }[];
}

/** Calls of the account by anybody that may blind those who watch. */
export interface BlindingCalls {
  /** null: they could not be looked up. */
  trail: TrailFacts | null;
  /** Buckets that hold logs; null: not known. */
  logBuckets: string[] | null;
  /** ARN patterns of our own roles, whose calls conceal nothing. */
  responders: string[];
}

/** What CloudWatch has of reads of a bucket, under filters that cover the export; none: the bucket has no such metrics. */
export interface RequestMetricsFacts extends Kept {
  from: string;
  to: string;
  /** `prefix`: absent, it counts the whole bucket. */
  filters: { id: string; prefix?: string; requests: number; bytes: number }[];
  gaps: Gap[];
}

/** How often each value was seen: the most frequent ones, and how many others there were. */
export interface Counted {
  counts: Record<string, number>;
  others: number;
}

/** One address that calls came from. */
export interface AddressSeen {
  address: string;
  calls: number;
  first: string;
  last: string;
}

/** All calls of a trail in figures: thousands of events stay where they are, what they amount to travels. */
export interface TrailSummary {
  /** Of the oldest and the newest call; absent: there is none. */
  first?: string;
  last?: string;
  reads: number;
  writes: number;
  refused: number;
  services: Counted;
  regions: Counted;
  /** Error codes with the call that got them. */
  errors: Counted;
  /** By program and system, without versions: an update is no news. */
  agents: Counted;
  addresses: AddressSeen[];
  otherAddresses: number;
  /** Calls of the noise list by name; absent: none, or figures of an earlier version. */
  noise?: Counted;
}
