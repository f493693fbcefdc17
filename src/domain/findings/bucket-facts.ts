import type { Answer } from './evidence.ts';
import type { Json } from '../json.ts';
import type { PolicyDocument } from '../policy/policy-document.ts';
import type { Gap, Kept } from './kept.ts';

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

/** What CloudWatch has of reads of a bucket, under filters that cover the export; none: the bucket has no such metrics. */
export interface RequestMetricsFacts extends Kept {
  from: string;
  to: string;
  /** `prefix`: absent, it counts the whole bucket. */
  filters: { id: string; prefix?: string; requests: number; bytes: number }[];
  gaps: Gap[];
}
