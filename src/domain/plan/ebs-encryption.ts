import { partitionOf } from '../policy/arns.ts';
import { actBase, type PlanInput, type Proposal } from './planning.ts';
import { encryptionCall } from '../acts/calls-of-act.ts';

/** What is encrypted cannot be exported by CreateInstanceExportTask and ExportImage: a control that needs no policy (S115). */
export function encryptNewVolumes(input: PlanInput): Proposal {
  const what = 'encrypt-new-volumes';
  const { alert, policy, ebsEncryption = null } = input;
  const { region, recipientAccount } = alert;
  if (policy.encryptNewVolumes !== true) return { what, why: 'the policy does not ask for EBS encryption by default' };
  if (ebsEncryption === null) return { what, why: `whether new volumes in ${region} are encrypted could not be read` };
  if (ebsEncryption) return { what, why: `new volumes in ${region} are encrypted by default already` };
  return {
    id: what,
    title: `Encrypt new EBS volumes of account ${recipientAccount} in ${region} by default`,
    sources: ['S112', 'S115'],
    target: `arn:${partitionOf(region)}:ec2:${region}:${recipientAccount}:volume/*`,
    calls: [encryptionCall(true)],
    before: { encrypted: false },
    after: { encrypted: true },
    reversible: true,
    undo: 'switches it off again; what was encrypted meanwhile stays so',
    mayBreak: [
      'exports of machines launched from now on, authorised ones too: encrypted volumes are refused',
      'sharing of new snapshots and images: those under the default key of EBS cannot be shared with other accounts',
      'whoever launches instances or copies snapshots without permission for the key of EBS encryption',
    ],
    input: { act: 'setEbsEncryptionDefault', ...actBase(input), before: false, after: true },
  };
}
