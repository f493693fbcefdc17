import type { ActInput, TargetCheck } from '../../src/domain/acts/acts.ts';
import type { Target } from '../aws/act.ts';
import type { AwsClients } from '../aws/clients.ts';
import { configTargets } from '../config/targets.ts';
import { ec2Targets } from '../ec2/targets.ts';
import { eventBridgeTargets } from '../eventbridge/targets.ts';
import { iamTargets } from '../iam/targets.ts';
import { organizationsTargets } from '../organizations/targets.ts';
import { s3Targets } from '../s3/targets.ts';
import type { VerificationObserve } from './contract.ts';

export function verificationObserve(clients: AwsClients): VerificationObserve {
  const ec2 = ec2Targets(clients);
  const iam = iamTargets(clients);
  const s3 = s3Targets(clients);
  return {
    checkAct(input) {
      switch (input.act) {
        case 'editBucketPolicy':
          return check(s3.editBucketPolicy, input);
        case 'replaceBucketAcl':
          return check(s3.replaceBucketAcl, input);
        case 'copyExport':
          return check(s3.copyExport, input);
        case 'setPublicAccessBlock':
          return check(s3.setPublicAccessBlock, input);
        case 'setBucketOwnership':
          return check(s3.setBucketOwnership, input);
        case 'setBucketReplication':
          return check(s3.setBucketReplication, input);
        case 'setAccessPointPolicy':
          return check(s3.setAccessPointPolicy, input);
        case 'deleteExport':
          return check(s3.deleteExport, input);
        case 'setAccessKeyStatus':
          return check(iam.setAccessKeyStatus, input);
        case 'setServiceCredentialStatus':
          return check(iam.setServiceCredentialStatus, input);
        case 'putInlinePolicy':
          return check(iam.putInlinePolicy, input);
        case 'revokeRoleSessions':
          return check(iam.revokeRoleSessions, input);
        case 'setTrustPolicy':
          return check(iam.setTrustPolicy, input);
        case 'setManagedPolicy':
          return check(iam.setManagedPolicy, input);
        case 'cancelExportTask':
          return check(ec2.cancelExportTask, input);
        case 'setSharing':
          return check(ec2.setSharing, input);
        case 'snapshotVolumes':
          return check(ec2.snapshotVolumes, input);
        case 'setEbsEncryptionDefault':
          return check(ec2.setEbsEncryptionDefault, input);
        case 'putEventRule':
          return check(eventBridgeTargets(clients).putEventRule, input);
        case 'setAccountScp':
          return check(organizationsTargets(clients).setAccountScp, input);
        case 'putConfigRule':
          return check(configTargets(clients).putConfigRule, input);
      }
    },
  };
}

const check = async <I extends ActInput, S>({ read, compare }: Target<I, S>, input: I): Promise<TargetCheck> =>
  compare(input, await read(input));
