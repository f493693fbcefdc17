import { allow, type Statement } from './account.ts';

/**
 * What each of our roles may do, action by action (P12). The lab enforces it, so a scenario that works here shows that
 * nothing more is needed.
 */

/** `soar-observe` in every account: reads, and nothing else. */
export const observePermissions: Statement[] = [
  allow([
    'ec2:DescribeInstances',
    'ec2:DescribeVolumes',
    'ec2:DescribeExportTasks',
    'ec2:DescribeExportImageTasks',
    'ec2:DescribeStoreImageTasks',
    'cloudtrail:LookupEvents',
    'events:DescribeRule',
    'events:ListTargetsByRule',
  ]),
  allow([
    'iam:GetUser',
    'iam:GetRole',
    'iam:GetGroup',
    'iam:GetPolicy',
    'iam:GetPolicyVersion',
    'iam:GetUserPolicy',
    'iam:GetRolePolicy',
    'iam:GetGroupPolicy',
    'iam:ListAccessKeys',
    'iam:ListUserPolicies',
    'iam:ListRolePolicies',
    'iam:ListGroupPolicies',
    'iam:ListAttachedUserPolicies',
    'iam:ListAttachedRolePolicies',
    'iam:ListAttachedGroupPolicies',
    'iam:ListGroupsForUser',
  ]),
  allow([
    's3:ListAllMyBuckets',
    's3:ListBucket',
    's3:GetBucketLocation',
    's3:GetBucketPolicy',
    's3:GetBucketPolicyStatus',
    's3:GetBucketAcl',
    's3:GetBucketOwnershipControls',
    's3:GetBucketPublicAccessBlock',
    's3:GetBucketLogging',
    's3:GetBucketVersioning',
    // HEAD of the export, and the access logs.
    's3:GetObject',
  ]),
];

/** `soar-contain` in every account: the acts of the playbook with the reads that check them, and no others. */
export const containPermissions = (forensicsBucket: string): Statement[] => [
  allow(['ec2:CancelExportTask', 'ec2:DescribeExportTasks', 'ec2:DescribeExportImageTasks']),
  allow([
    'iam:GetUser',
    'iam:ListAccessKeys',
    'iam:UpdateAccessKey',
    'iam:GetUserPolicy',
    'iam:PutUserPolicy',
    'iam:DeleteUserPolicy',
    'iam:GetRole',
    'iam:GetRolePolicy',
    'iam:PutRolePolicy',
    'iam:DeleteRolePolicy',
    'iam:GetGroup',
    'iam:GetGroupPolicy',
    'iam:PutGroupPolicy',
    'iam:DeleteGroupPolicy',
    'iam:GetPolicy',
    'iam:GetPolicyVersion',
    'iam:ListPolicyVersions',
    'iam:CreatePolicyVersion',
    'iam:DeletePolicyVersion',
  ]),
  allow([
    's3:GetBucketPolicy',
    's3:PutBucketPolicy',
    's3:DeleteBucketPolicy',
    's3:GetBucketAcl',
    's3:PutBucketAcl',
    's3:GetObject',
  ]),
  allow([
    'events:DescribeRule',
    'events:ListTargetsByRule',
    'events:PutRule',
    'events:PutTargets',
    'events:RemoveTargets',
    'events:DeleteRule',
  ]),
  allow('s3:PutObject', `arn:aws:s3:::${forensicsBucket}/*`),
];

/** `soar-evidence`: appends to the evidence bucket; it can neither read, nor replace, nor delete. */
export const evidencePermissions = (evidenceBucket: string): Statement[] => [
  allow('s3:PutObject', `arn:aws:s3:::${evidenceBucket}/*`),
];

/** `soar-evidence-index`: the intake looks up old events, and can read nothing else of the evidence. */
export const evidenceIndexPermissions = (evidenceBucket: string, prefix: string): Statement[] => [
  allow('s3:GetObject', `arn:aws:s3:::${evidenceBucket}/${prefix}/index/*`),
];
