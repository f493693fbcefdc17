import type { ActName } from '../../../src/domain/acts/acts.ts';
import { rows, type Permission, type RoleName } from './permission.ts';

/**
 * Every call that we make to AWS, by role. The lab's roles, the templates of deploy/iam and the session of each act are made
 * from this table and nothing else; a lab test compares it with the calls that were really made.
 */

/** `soar-observe`: reads, and nothing else. */
const observe: Permission[] = [
  ...rows('an instance', 'any', 'ec2:DescribeInstances', 'ec2:DescribeVolumes'),
  // Whether it has user data: EC2 tells that only with the text, of which nothing is kept.
  ...rows('an instance', 'instance', 'ec2:DescribeInstanceAttribute'),
  ...rows(
    'the image of a machine, and other copies of it',
    'any',
    'ec2:DescribeImages',
    'ec2:DescribeImageAttribute',
    'ec2:DescribeSnapshots',
    'ec2:DescribeSnapshotAttribute',
  ),
  ...rows('software of a machine', 'instance', 'ssm:ListInventoryEntries'),
  ...rows('encryption of new volumes', 'any', 'ec2:GetEbsEncryptionByDefault'),
  ...rows('an export task', 'any', 'ec2:DescribeExportTasks', 'ec2:DescribeExportImageTasks'),
  ...rows('the trail', 'any', 'cloudtrail:LookupEvents', 'cloudtrail:DescribeTrails'),
  ...rows('an event rule', 'rule', 'events:DescribeRule', 'events:ListTargetsByRule'),
  ...rows('AWS Config', 'any', 'config:DescribeConfigRules', 'config:DescribeConfigurationRecorderStatus'),
  ...rows(
    'a user',
    'user',
    'iam:GetUser',
    'iam:ListAccessKeys',
    'iam:ListUserPolicies',
    'iam:GetUserPolicy',
    'iam:ListAttachedUserPolicies',
    'iam:ListGroupsForUser',
    'iam:ListServiceSpecificCredentials',
    'iam:ListSSHPublicKeys',
    'iam:ListSigningCertificates',
  ),
  ...rows('a user that was renamed', 'any', 'iam:ListUsers'),
  ...rows('which roles trust a provider', 'any', 'iam:ListRoles'),
  ...rows('a role', 'role', 'iam:GetRole', 'iam:ListRolePolicies', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies'),
  ...rows(
    'a group',
    'group',
    'iam:GetGroup',
    'iam:ListGroupPolicies',
    'iam:GetGroupPolicy',
    'iam:ListAttachedGroupPolicies',
  ),
  ...rows('whom a managed policy is attached to', 'ownPolicy', 'iam:ListEntitiesForPolicy'),
  ...rows('a managed policy', 'anyPolicy', 'iam:GetPolicy', 'iam:GetPolicyVersion'),
  ...rows('whose a bucket is', 'any', 's3:ListBuckets'),
  ...rows(
    'a bucket',
    'bucket',
    's3:HeadBucket',
    's3:GetBucketLocation',
    's3:GetBucketPolicy',
    's3:GetBucketPolicyStatus',
    's3:GetBucketAcl',
    's3:GetBucketOwnershipControls',
    's3:GetPublicAccessBlock',
    's3:GetBucketLogging',
    's3:GetBucketVersioning',
    's3:GetBucketTagging',
    's3:GetBucketReplication',
    's3:GetBucketEncryption',
  ),
  ...rows('request metrics', 'bucket', 's3:ListBucketMetricsConfigurations'),
  {
    feature: 'request metrics',
    call: 'cloudwatch:GetMetricData',
    action: 'cloudwatch:GetMetricData',
    on: 'any',
    notExercised: 'CloudTrail counts it among data events, which the trail does not record',
  },
  ...rows('which access points a bucket has', 'any', 's3:ListAccessPoints'),
  ...rows('an access point', 'accessPoint', 's3:GetAccessPointPolicy', 's3:GetAccessPointPolicyStatus'),
  ...rows('versions of the export', 'bucket', 's3:ListObjectVersions'),
  ...rows('access logs', 'bucket', 's3:ListObjectsV2'),
  ...rows('access logs', 'observedObject', 's3:GetObject'),
  ...rows('the export, and its copy', 'observedObject', 's3:HeadObject'),
];

/** What binds an account as a whole. */
const scpReads = (feature: string): Permission[] => [
  ...rows(feature, 'any', 'organizations:ListPolicies'),
  ...rows(feature, 'member', 'organizations:ListPoliciesForTarget'),
  ...rows(feature, 'scp', 'organizations:DescribePolicy', 'organizations:ListTargetsForPolicy'),
];

/** What an act calls: the read of its target, before and after, and the change itself. */
const acts: Record<ActName, Permission[]> = {
  editBucketPolicy: rows(
    'editBucketPolicy',
    'bucket',
    's3:GetBucketPolicy',
    's3:PutBucketPolicy',
    's3:DeleteBucketPolicy',
    's3:GetBucketTagging',
  ),
  replaceBucketAcl: rows('replaceBucketAcl', 'bucket', 's3:GetBucketAcl', 's3:PutBucketAcl', 's3:GetBucketTagging'),
  setPublicAccessBlock: rows(
    'setPublicAccessBlock',
    'bucket',
    's3:GetPublicAccessBlock',
    's3:PutPublicAccessBlock',
    's3:DeletePublicAccessBlock',
    's3:GetBucketTagging',
  ),
  setBucketOwnership: rows(
    'setBucketOwnership',
    'bucket',
    's3:GetBucketOwnershipControls',
    's3:PutBucketOwnershipControls',
    's3:DeleteBucketOwnershipControls',
    's3:GetBucketTagging',
  ),
  setBucketReplication: [
    ...rows(
      'setBucketReplication',
      'bucket',
      's3:GetBucketReplication',
      's3:PutBucketReplication',
      's3:GetBucketTagging',
    ),
    // Whoever writes a configuration hands its role to S3, also where another has done so before.
    {
      feature: 'setBucketReplication',
      call: 's3:PutBucketReplication',
      action: 'iam:PassRole',
      on: 'role',
      when: { 'iam:PassedToService': 's3.amazonaws.com' },
    },
  ],
  setAccessPointPolicy: [
    ...rows(
      'setAccessPointPolicy',
      'accessPoint',
      's3:GetAccessPointPolicy',
      's3:PutAccessPointPolicy',
      's3:DeleteAccessPointPolicy',
    ),
    ...rows('setAccessPointPolicy', 'bucket', 's3:GetBucketTagging'),
  ],
  setAccessKeyStatus: rows('setAccessKeyStatus', 'user', 'iam:GetUser', 'iam:ListAccessKeys', 'iam:UpdateAccessKey'),
  setServiceCredentialStatus: rows(
    'setServiceCredentialStatus',
    'user',
    'iam:GetUser',
    'iam:ListServiceSpecificCredentials',
    'iam:UpdateServiceSpecificCredential',
    'iam:ListSSHPublicKeys',
    'iam:UpdateSSHPublicKey',
    'iam:ListSigningCertificates',
    'iam:UpdateSigningCertificate',
  ),
  putInlinePolicy: [
    ...rows('putInlinePolicy', 'user', 'iam:GetUser', 'iam:GetUserPolicy', 'iam:PutUserPolicy', 'iam:DeleteUserPolicy'),
    ...rows('putInlinePolicy', 'role', 'iam:GetRole', 'iam:GetRolePolicy', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'),
    ...rows(
      'putInlinePolicy',
      'group',
      'iam:GetGroup',
      'iam:GetGroupPolicy',
      'iam:PutGroupPolicy',
      'iam:DeleteGroupPolicy',
    ),
  ],
  revokeRoleSessions: rows('revokeRoleSessions', 'role', 'iam:GetRole', 'iam:GetRolePolicy', 'iam:PutRolePolicy'),
  setTrustPolicy: rows('setTrustPolicy', 'role', 'iam:GetRole', 'iam:UpdateAssumeRolePolicy'),
  setManagedPolicy: rows(
    'setManagedPolicy',
    'ownPolicy',
    'iam:GetPolicy',
    'iam:GetPolicyVersion',
    'iam:ListPolicyVersions',
    'iam:CreatePolicyVersion',
    'iam:DeletePolicyVersion',
  ),
  cancelExportTask: [
    ...rows('cancelExportTask', 'any', 'ec2:DescribeExportTasks', 'ec2:DescribeExportImageTasks'),
    ...rows('cancelExportTask', 'task', 'ec2:CancelExportTask'),
  ],
  copyExport: [
    ...rows('copyExport', 'exportObject', 's3:HeadObject', 's3:GetObject'),
    // Whose an export is that may not be read.
    ...rows('copyExport', 'bucket', 's3:GetBucketAcl'),
    {
      feature: 'copyExport',
      call: 's3:ListObjectsV2',
      action: 's3:ListBucket',
      on: 'bucket',
      notExercised: 'nothing is listed: without this permission S3 says "forbidden" of an export that is gone',
    },
    ...rows('copyExport', 'copy', 's3:HeadObject', 's3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'),
    { feature: 'copyExport', call: 's3:CopyObject', action: 's3:GetObject', on: 'exportObject' },
    { feature: 'copyExport', call: 's3:CopyObject', action: 's3:PutObject', on: 'copy' },
    { feature: 'copyExport', call: 's3:UploadPartCopy', action: 's3:GetObject', on: 'exportObject' },
    { feature: 'copyExport', call: 's3:UploadPartCopy', action: 's3:PutObject', on: 'copy' },
    { feature: 'copyExport', call: 's3:CreateMultipartUpload', action: 's3:PutObject', on: 'copy' },
    { feature: 'copyExport', call: 's3:CompleteMultipartUpload', action: 's3:PutObject', on: 'copy' },
    { feature: 'copyExport', call: 's3:ListParts', action: 's3:ListMultipartUploadParts', on: 'copy' },
    {
      feature: 'copyExport',
      call: 's3:ListMultipartUploads',
      action: 's3:ListBucketMultipartUploads',
      on: 'copyBucket',
    },
    // What an object is begun with: its tags and, where the configuration asks for it, Object Lock.
    ...['s3:CopyObject', 's3:CreateMultipartUpload', 's3:PutObject'].flatMap((call): Permission[] => [
      { feature: 'copyExport', call, action: 's3:PutObjectTagging', on: 'copy' },
      { feature: 'copyExport', call, action: 's3:PutObjectRetention', on: 'copy' },
    ]),
    // S3 leaves the lock out of its answer otherwise.
    { feature: 'copyExport', call: 's3:HeadObject', action: 's3:GetObjectRetention', on: 'copy' },
  ],
  deleteExport: [
    ...rows('deleteExport', 'bucket', 's3:ListObjectVersions', 's3:GetBucketTagging'),
    // The copy and its custody record, without which nothing is deleted.
    ...rows('deleteExport', 'copy', 's3:HeadObject', 's3:GetObject'),
    { feature: 'deleteExport', call: 's3:HeadObject', action: 's3:GetObjectRetention', on: 'copy' },
    { feature: 'deleteExport', call: 's3:DeleteObject', action: 's3:DeleteObjectVersion', on: 'deletedObject' },
    // What keeps a version that S3 does not delete: S3 leaves it out of its answer otherwise.
    ...['s3:GetObjectVersion', 's3:GetObjectRetention', 's3:GetObjectLegalHold'].map((action): Permission => ({
      feature: 'deleteExport',
      call: 's3:HeadObject',
      action,
      on: 'deletedObject',
    })),
  ],
  putEventRule: rows(
    'putEventRule',
    'rule',
    'events:DescribeRule',
    'events:ListTargetsByRule',
    'events:PutRule',
    'events:PutTargets',
    'events:RemoveTargets',
    'events:DeleteRule',
  ),
  setSharing: [
    ...rows('setSharing', 'any', 'ec2:DescribeImageAttribute', 'ec2:DescribeSnapshotAttribute', 'ec2:DescribeTags'),
    ...rows('setSharing', 'image', 'ec2:ModifyImageAttribute'),
    ...rows('setSharing', 'snapshot', 'ec2:ModifySnapshotAttribute'),
  ],
  snapshotVolumes: [
    ...rows('snapshotVolumes', 'any', 'ec2:DescribeVolumes', 'ec2:DescribeSnapshots', 'ec2:DescribeTags'),
    ...rows('snapshotVolumes', 'instance', 'ec2:CreateSnapshots'),
    ...rows('snapshotVolumes', 'volume', 'ec2:CreateSnapshots'),
    ...rows('snapshotVolumes', 'snapshot', 'ec2:CreateSnapshots'),
    // What they are made with; tags of snapshots that are there already stay as they are.
    {
      feature: 'snapshotVolumes',
      call: 'ec2:CreateSnapshots',
      action: 'ec2:CreateTags',
      on: 'snapshot',
      when: { 'ec2:CreateAction': 'CreateSnapshots' },
    },
  ],
  setEbsEncryptionDefault: rows(
    'setEbsEncryptionDefault',
    'any',
    'ec2:GetEbsEncryptionByDefault',
    'ec2:EnableEbsEncryptionByDefault',
    'ec2:DisableEbsEncryptionByDefault',
  ),
  setAccountScp: [
    ...scpReads('setAccountScp'),
    ...rows('setAccountScp', 'any', 'organizations:CreatePolicy'),
    ...rows('setAccountScp', 'member', 'organizations:AttachPolicy', 'organizations:DetachPolicy'),
    ...rows(
      'setAccountScp',
      'scp',
      'organizations:AttachPolicy',
      'organizations:DetachPolicy',
      'organizations:UpdatePolicy',
      'organizations:DeletePolicy',
    ),
  ],
  putConfigRule: [
    ...rows('putConfigRule', 'any', 'config:DescribeConfigRules'),
    ...rows('putConfigRule', 'configRule', 'config:PutConfigRule', 'config:DeleteConfigRule'),
  ],
};

/** Acts under a role of the management account alone: no other account's role can reach another account. */
const ofOrganisation: ReadonlySet<ActName> = new Set<ActName>(['setAccountScp']);
const actsOf = (organisation: boolean): Permission[] =>
  Object.entries(acts)
    .filter(([act]) => ofOrganisation.has(act as ActName) === organisation)
    .flatMap(([, permissions]) => permissions);

export const permissions: Record<RoleName, Permission[]> = {
  observe,
  /** `soar-contain`: the acts, with the reads that check them, and no others. */
  contain: actsOf(false),
  /** `soar-detect`: looks for exports where nobody sends alerts. */
  detect: rows('the trail', 'any', 'cloudtrail:LookupEvents'),
  /** `soar-evidence`: appends; it can neither read, nor delete, and where the store asks for it, not replace. */
  evidence: [
    ...rows('the evidence store', 'evidence', 's3:PutObject'),
    // Where the configuration asks for Object Lock.
    { feature: 'the evidence store', call: 's3:PutObject', action: 's3:PutObjectRetention', on: 'evidence' },
  ],
  /** `soar-evidence-index`: which incident an event was in and how that ended, and nothing else of the evidence. */
  evidenceIndex: rows('the index of events', 'evidenceIndex', 's3:GetObject'),
  /** `soar-evidence-figures`: the figures of closed incidents, for whoever looks at many of them; no report, no evidence. */
  evidenceFigures: [
    ...rows('the index of incidents', 'evidenceFigures', 's3:GetObject'),
    {
      feature: 'the index of incidents',
      call: 's3:ListObjectsV2',
      action: 's3:ListBucket',
      on: 'evidenceBucket',
      when: { 's3:prefix': '{evidencePrefix}/index/incidents/' },
    },
  ],
  /** `soar-evidence-observed`: appends what AWS answered the observe worker, and the search engine the detect worker, beside what anybody else stored. */
  evidenceObserved: [
    ...rows('what AWS answered', 'evidenceObserved', 's3:PutObject'),
    { feature: 'what AWS answered', call: 's3:PutObject', action: 's3:PutObjectRetention', on: 'evidenceObserved' },
    // What was read of a trail before a worker died; it lists nothing, so only whoever knows the digest finds a part.
    ...rows('parts of a trail', 'evidenceTrailPart', 's3:GetObject'),
  ],
  /** `soar-organisation`, in the management account: reads which service control policies bind an account. */
  organisation: scpReads('an account'),
  /** `soar-isolate`, in the management account: makes and attaches service control policies, and nothing else. */
  isolate: actsOf(true),
  /** `soar-data-keys`, of every process: wraps, opens and adds keys of incidents; destroys none. */
  dataKeys: [
    ...rows('master key', 'masterKey', 'kms:Encrypt', 'kms:Decrypt'),
    ...rows('keys of incidents', 'dataKey', 's3:GetObject', 's3:PutObject'),
    // Without them S3 says "forbidden" of a key that is not there, and not that one was deleted by hand.
    ...rows('keys of incidents', 'keyBucket', 's3:ListObjectsV2', 's3:ListObjectVersions'),
  ],
  /** `soar-key-keeper`, of people who erase incidents or rotate the master key: destroys what a key was before, too. */
  keyKeeper: [
    ...rows('master key', 'masterKey', 'kms:Encrypt', 'kms:Decrypt'),
    ...rows('keys of incidents', 'dataKey', 's3:GetObject', 's3:PutObject'),
    ...rows('keys of incidents', 'keyBucket', 's3:ListObjectsV2', 's3:ListObjectVersions'),
    { feature: 'keys of incidents', call: 's3:DeleteObject', action: 's3:DeleteObjectVersion', on: 'dataKey' },
  ],
};

export const permissionsOfAct = (act: ActName): Permission[] => acts[act];
