import type { Retention } from './acts/acts.ts';
import type { Hours } from './approval/hours.ts';
import type { LinkPlaces } from './incident-links.ts';
import type { NoticeRule } from './notices/notices.ts';
import type { SourcePolicy } from './findings/sources.ts';
import type { AccountProfile } from './account-profile.ts';
import type { ApprovalRules } from './approval/approval-rules.ts';

/**
 * The part of the configuration that decides, frozen into the incident when it opens: its digest is on record, and a
 * replay needs nothing else. No secrets. Durations are milliseconds.
 */
export interface ResponsePolicy {
  /** The incident's account as configured; null: not in the configuration, which raises severity. */
  account: AccountProfile | null;
  /** Ids of all accounts of the organisation. */
  organisationAccounts: string[];
  /** Whose accounts some outside are: named so, and outside all the same; absent: nobody's. */
  partners?: { name: string; accounts: string[] }[];
  tags: TagKeys;
  classifications: { sensitive: string[]; internal: string[]; public: string[] };
  allowList: AllowListEntry[];
  /** ARN patterns of principals that may export as part of their work; not a permission to do so unannounced. */
  authorisedExporters: string[];
  /** Name patterns of buckets inside normal operational boundaries (S59). */
  usualBuckets: string[];
  approvals: ApprovalRules;
  /** When recovery is checked again for drift, counted from its end. */
  rechecks: number[];
  /** How long an incident stays open for credentials that are not rotated, and how often it says so; absent as `watch`. */
  rotation?: { wait: number; remind: number };
  /** When it is looked whether the containment holds; absent in incidents of earlier versions. */
  watch?: WatchTimes;
  /** What to do with an export that still runs: cancelling removes its artifacts, preserving lets it finish unread. */
  runningExport: 'cancel' | 'preserve';
  /**
   * Whose sessions of a role are revoked: everybody's, or the actor's alone where they can be told apart. Absent in
   * incidents of earlier versions: everybody's.
   */
  revokeSessions?: 'role' | 'person';
  /** When the bucket of the export is locked; absent in incidents of earlier versions: never. */
  lockBucket?: 'when-outside' | 'always' | 'never';
  /** Whether recovery switches ACLs off again where they were switched on; absent in incidents of earlier versions: no. */
  enforceOwnership?: boolean;
  /** Whether the original is deleted once its copy is proved; absent in incidents of earlier versions: never. */
  deleteOriginal?: 'never' | 'after-copy';
  forensics: { accountId: string; region: string; bucket: string; prefix: string; retention?: Retention } | null;
  /** Where the monitoring rule sends what it sees. */
  monitoring: { targetArn: string } | null;
  /** `images`: ids of images and snapshots; absent in incidents of earlier versions. */
  protected: ProtectedResources;
  /** Snapshots of the exported machine's volumes; absent in incidents of earlier versions: none. */
  snapshotVolumes?: boolean;
  /** EBS encryption by default, where it is off; absent in incidents of earlier versions: it is left as it is. */
  encryptNewVolumes?: boolean;
  /** A plan with more actions than this is refused before it is shown. */
  actionLimit: number;
  /** ARN patterns that every deny exempts: the roles that contain, observe and undo. */
  responders: string[];
  /** How far back the actor's activity is read. */
  activityWindow: number;
  /** Which detectors are told what becomes of their alerts. */
  detectors: { kibana: boolean };
  /** Where people are told and asked, beside Temporal UI and CLI. */
  channels: { slack: SlackChannels | null };
  /** Who else is told, and when; absent in incidents of earlier versions. */
  notices?: NoticeRule[];
  /** Where links lead to; absent in incidents of earlier versions. */
  links?: LinkPlaces;
  /** Names of networks that rent out machines, beside ours; absent in incidents of earlier versions. */
  geography?: { hostingNetworks: string[] };
  /** Where people may have written about the export; absent in incidents of earlier versions, which ask nobody. */
  sources?: SourcePolicy;
  /** What may be done to the account as a whole; absent in incidents of earlier versions, which leave it alone. */
  organisation?: OrganisationPolicy;
  /** Ids of `configControls`; absent in incidents of earlier versions. */
  configRules?: string[];
  /** Whether CloudTrail's data events can be searched; absent: they are not asked for. */
  dataEvents?: boolean;
  /** Whether a search engine is asked what an actor did, before CloudTrail is; absent: CloudTrail alone. */
  trailSearch?: boolean;
  /** Whether incidents about earlier exports are looked up, and leave how they ended; absent in incidents of earlier versions. */
  earlierIncidents?: true;
  /** Whether incidents are sealed into the evidence store when they have closed; absent: the report does not say so. */
  sealed?: boolean;
}

/** What is never touched, whatever was approved. What may be absent is so in incidents of earlier versions. */
export interface ProtectedResources {
  principals: string[];
  buckets: string[];
  images?: string[];
  /** Nothing in them is changed. */
  accounts?: string[];
  /** By the name of a tag, patterns of its values: users, roles, policies, buckets, instances, images and snapshots that have it. */
  tags?: Record<string, string[]>;
}

export interface OrganisationPolicy {
  /** Service control policies are kept there; null: none is configured. */
  managementAccount: string | null;
  /** When an incident proposes to isolate its account. */
  isolation: 'never' | 'on-high' | 'always';
  /** After this people are asked to lift an isolation, and after as much again once more. */
  reviewAfter: number;
  /** Whether recovery proposes to deny the export calls in the account to all but authorised exporters. */
  denyExports: boolean;
}

export interface SlackChannels {
  channel: string;
  /** By the name that may stand in an instance's tag. */
  ownerChannels: Record<string, string>;
  /** Tell the incident in the owner's channel instead. */
  tellOwner: boolean;
}

/** Names of the instance tags that carry the playbook's answers (S68–S70); the first that is present counts. */
export interface TagKeys {
  purpose: string[];
  owner: string[];
  channel: string[];
  classification: string[];
  environment: string[];
  /** Names of secrets that the machine carries; absent in incidents of earlier versions. */
  secrets?: string[];
}

/**
 * A known, legitimate export (S25–S28). The role alone is never enough: a stolen backup role must not pass, so at least
 * one of bucket, instance, network and schedule is set, and every condition that is set must hold. Environments do not
 * count for that: they come from tags, which a stolen role may be able to write.
 */
export interface AllowListEntry {
  id: string;
  owner: string;
  reason: string;
  /** ISO 8601 UTC; an expired entry matches nothing. */
  expires: string;
  /** ARN pattern of the role or user. */
  role: string;
  buckets?: string[];
  instances?: string[];
  /** CIDR blocks of the caller's address. */
  networks?: string[];
  /** VPC endpoints behind which addresses count; through any other one the address proves nothing. */
  vpcEndpoints?: string[];
  schedule?: Hours;
  /** Environments that the instance may be of. */
  environments?: string[];
}

/**
 * Contained means observed: what was done reads back, no export runs on, and everybody who is known to act was contained and
 * has made no call that succeeded since. CloudTrail tells of calls late, so a silence counts once its log would have told.
 */
export interface WatchTimes {
  /** When it is looked, counted from the end of containment. Milliseconds. */
  checks: number[];
  /** IAM applies a change everywhere within this; what still succeeds before does not count. */
  propagation: number;
  /** CloudTrail lists a call within this. */
  logLag: number;
}
