import type { ActInput } from './acts.ts';
import { credentialKind } from './standing-of-service-credential.ts';
import type { PolicyDocument } from '../policy/policy-document.ts';

const holders = { user: 'User', role: 'Role', group: 'Group' };

/** The calls that change something when the act runs, in order; how often each is made is left out. */
export function callsOf(input: ActInput): string[] {
  switch (input.act) {
    case 'editBucketPolicy':
      return ['s3:PutBucketPolicy'];
    case 'replaceBucketAcl':
      return ['s3:PutBucketAcl'];
    case 'setPublicAccessBlock':
      return [`s3:${input.after ? 'Put' : 'Delete'}PublicAccessBlock`];
    case 'setBucketOwnership':
      return [`s3:${input.after ? 'Put' : 'Delete'}BucketOwnershipControls`];
    case 'setBucketReplication':
      return ['s3:PutBucketReplication'];
    case 'setAccessPointPolicy':
      return [accessPointCall(input.after)];
    case 'setAccessKeyStatus':
      return ['iam:UpdateAccessKey'];
    case 'setServiceCredentialStatus':
      return [credentialKind(input.kind).call];
    case 'putInlinePolicy':
      return [`iam:${input.after ? 'Put' : 'Delete'}${holders[input.holder.type]}Policy`];
    case 'revokeRoleSessions':
      return ['iam:PutRolePolicy'];
    case 'setTrustPolicy':
      return ['iam:UpdateAssumeRolePolicy'];
    case 'setManagedPolicy':
      return ['iam:CreatePolicyVersion'];
    case 'cancelExportTask':
      return ['ec2:CancelExportTask'];
    case 'copyExport':
      return [
        's3:GetObject',
        's3:PutObject',
        's3:PutObjectTagging',
        ...(input.destination.retention ? ['s3:PutObjectRetention'] : []),
      ];
    case 'deleteExport':
      return ['s3:DeleteObject'];
    case 'putEventRule':
      return input.after ? ['events:PutRule', 'events:PutTargets'] : ['events:RemoveTargets', 'events:DeleteRule'];
    case 'setSharing':
      return [sharingCall(input.resource.type)];
    case 'snapshotVolumes':
      return ['ec2:CreateSnapshots', 'ec2:CreateTags'];
    case 'setEbsEncryptionDefault':
      return [encryptionCall(input.after)];
    case 'setAccountScp':
      return input.after
        ? ['organizations:CreatePolicy', 'organizations:AttachPolicy']
        : ['organizations:DetachPolicy', 'organizations:DeletePolicy'];
    case 'putConfigRule':
      return [input.after ? 'config:PutConfigRule' : 'config:DeleteConfigRule'];
  }
}

/** The call that brings the policy of an access point to this. */
export const accessPointCall = (after: PolicyDocument | null): string =>
  `s3:${after ? 'Put' : 'Delete'}AccessPointPolicy`;

/** The call that changes whom an image or a snapshot is shared with. */
export const sharingCall = (type: 'image' | 'snapshot'): string =>
  type === 'image' ? 'ec2:ModifyImageAttribute' : 'ec2:ModifySnapshotAttribute';

export const encryptionCall = (on: boolean): string => `ec2:${on ? 'Enable' : 'Disable'}EbsEncryptionByDefault`;
