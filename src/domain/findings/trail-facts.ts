import type { Alert } from '../alert/alert.ts';
import type { Principal } from '../alert/principal.ts';
import type { PolicyDocument } from '../policy/policy-document.ts';
import type { Gap, Kept } from './kept.ts';

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
  /** Of a role that was made. */
  roleId?: string;
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
  /** Of an export: what an alert about it could say otherwise; absent: an event of an earlier version. */
  export?: Pick<Principal, 'id' | 'issuerArn'> & Pick<Alert, 'vpcEndpointId'>;
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

/** Calls of the account by anybody that may blind those who watch. */
export interface BlindingCalls {
  /** null: they could not be looked up. */
  trail: TrailFacts | null;
  /** Buckets that hold logs; null: not known. */
  logBuckets: string[] | null;
  /** ARN patterns of our own roles, whose calls conceal nothing. */
  responders: string[];
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
