import type { ApproverRules } from './approval-policy.ts';

/**
 * The part of the configuration that decides, frozen into the incident when it opens: its digest is on record, and a
 * replay needs nothing else. No secrets. Durations are milliseconds.
 */
export interface ResponsePolicy {
  /** The incident's account as configured; null: not in the configuration, which raises severity. */
  account: AccountProfile | null;
  /** Ids of all accounts of the organisation. */
  organisationAccounts: string[];
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
  /** What to do with an export that still runs: cancelling removes its artifacts, preserving lets it finish unread. */
  runningExport: 'cancel' | 'preserve';
  forensics: { accountId: string; region: string; bucket: string; prefix: string } | null;
  /** Where the monitoring rule sends what it sees. */
  monitoring: { targetArn: string } | null;
  protected: { principals: string[]; buckets: string[] };
  /** A plan with more actions than this is refused before it is shown. */
  actionLimit: number;
  /** ARN patterns that every deny exempts: the roles that contain, observe and undo. */
  responders: string[];
  /** Canonical ids of the exporting service, by Region (AWS, "Exporting an instance as a VM", prerequisites). */
  exportServiceIds: Record<string, string[]>;
  /** How far back the actor's activity is read. */
  activityWindow: number;
  /** Which detectors are told what becomes of their alerts. */
  detectors: { kibana: boolean };
}

export interface AccountProfile {
  id: string;
  name: string;
  sensitivity: 'high' | 'medium' | 'low';
  /** `mixed`: the instance's own tag decides. */
  environment: 'production' | 'staging' | 'development' | 'test' | 'mixed';
}

/** Names of the instance tags that carry the playbook's answers (S68–S70); the first that is present counts. */
export interface TagKeys {
  purpose: string[];
  owner: string[];
  channel: string[];
  classification: string[];
  environment: string[];
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
  /** UTC hours of the day, `from` inclusive, `to` exclusive; days 0 = Sunday. */
  schedule?: { days?: number[]; fromHour: number; toHour: number };
  /** Environments that the instance may be of. */
  environments?: string[];
}

export interface ApprovalRules extends ApproverRules {
  remindAfter: number;
  escalateAfter: number;
  /** After this the request is overdue. Nothing is approved by silence. */
  dueAfter: number;
}
