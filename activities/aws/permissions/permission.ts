/** The AWS roles that workers assume; each process has one of its own (P12). */
export type RoleName =
  | 'observe'
  | 'contain'
  | 'detect'
  | 'evidence'
  | 'evidenceIndex'
  | 'evidenceObserved'
  | 'evidenceFigures'
  | 'organisation'
  | 'isolate'
  | 'dataKeys'
  | 'keyKeeper';

/** What a call reaches; resources.ts says which ARNs that is. */
export type Scope =
  | 'any'
  | 'user'
  | 'role'
  | 'group'
  | 'ownPolicy'
  | 'anyPolicy'
  | 'bucket'
  | 'accessPoint'
  | 'observedObject'
  | 'exportObject'
  | 'deletedObject'
  | 'copy'
  | 'copyBucket'
  | 'task'
  | 'instance'
  | 'volume'
  | 'image'
  | 'snapshot'
  | 'rule'
  | 'configRule'
  | 'member'
  | 'scp'
  | 'evidence'
  | 'evidenceIndex'
  | 'evidenceObserved'
  | 'evidenceTrailPart'
  | 'evidenceFigures'
  | 'evidenceBucket'
  | 'masterKey'
  | 'dataKey'
  | 'keyBucket';

/** One call that we make under a role, and what IAM has to allow for it. */
export interface Permission {
  /** For the contain role the act, for the others what is looked at. */
  feature: string;
  /** `service:Operation`, as the SDK spells it. */
  call: string;
  action: string;
  on: Scope;
  /** The value that a key of the request has to have; `{evidencePrefix}` stands for that of the deployment. */
  when?: Record<string, string>;
  /** Why no test makes this call in the lab. */
  notExercised?: string;
}

/** Operations that IAM knows by another name. */
const actionOf: Record<string, string> = {
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:PutPublicAccessBlock': 's3:PutBucketPublicAccessBlock',
  's3:DeletePublicAccessBlock': 's3:PutBucketPublicAccessBlock',
  's3:DeleteBucketOwnershipControls': 's3:PutBucketOwnershipControls',
  's3:GetBucketReplication': 's3:GetReplicationConfiguration',
  's3:PutBucketReplication': 's3:PutReplicationConfiguration',
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:ListBucketMetricsConfigurations': 's3:GetMetricsConfiguration',
  's3:HeadBucket': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:ListBuckets': 's3:ListAllMyBuckets',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:ListObjectVersions': 's3:ListBucketVersions',
};

/** The rows of calls that need one permission each, on one kind of resource. */
export const rows = (feature: string, on: Scope, ...calls: string[]): Permission[] =>
  calls.map((call) => ({ feature, call, action: actionOf[call] ?? call, on }));
