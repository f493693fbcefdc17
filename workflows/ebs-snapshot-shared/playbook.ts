import type { Alert } from '../../src/domain/alert/alert.ts';
import { transferToCloudAccount } from '../../src/domain/report/attack.ts';
import type { PlaybookDescriptor } from '../shared/descriptor.ts';

/** "EBS snapshot shared with another account": a disk leaves without a bucket. Runs where the configuration names it. */
export const ebsSnapshotSharedPlaybook: PlaybookDescriptor = {
  id: 'ebs-snapshot-shared',
  workflowType: 'ebsSnapshotShared',
  title: 'EBS snapshot shared with another account',
  version: '1.0',
  maintainer: 'Detection & Response Team',
  events: ['ModifySnapshotAttribute'],
  eventSource: 'ec2.amazonaws.com',
  onRequest: true,
  whyNot: ({ sharedWith }: Alert) =>
    sharedWith?.length === 0 ? 'the call shares the snapshot with nobody: it takes shares away' : null,
  facts: ({ snapshotId, sharedWith }) => ({ snapshotId, sharedWith }),
  techniques: [transferToCloudAccount],
  references: [
    {
      title: 'Share an Amazon EBS snapshot',
      url: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html',
    },
    {
      title: 'Block public access for Amazon EBS snapshots',
      url: 'https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html',
    },
    { title: 'ATT&CK T1537: Transfer Data to Cloud Account', url: 'https://attack.mitre.org/techniques/T1537/' },
  ],
  card: {
    incidentType: 'Data exfiltration risk',
    severities: ['medium', 'high'],
    lastUpdated: '2026-11-22',
    assumptions: ['AWS and CloudTrail logs', 'how EBS snapshots are shared between accounts'],
    considerations: [
      'A shared snapshot can be copied within seconds; the copy is in the trail of the other account alone.',
      'Backups and golden images are shared between accounts of one organisation every day.',
      'A snapshot under the default key of EBS cannot be shared; one under a customer managed key is of use only with that key.',
    ],
  },
  loss: {
    what: 'the snapshot',
    take: 'copy',
    takes: 'copies',
    taken: 'copied',
    exposed: 'at most: from the call until the snapshot was shared with nobody outside',
    ends: 'unshare-copies',
    owned: 'the snapshot',
    toSay: 'Say what data the snapshot held, and who has to be notified of its loss',
  },
  procedures: [
    {
      sources: ['S98'],
      title: 'User account: how to contain',
      path: 'docs/procedures/user-account-containment.md',
      phase: 'containment',
    },
    {
      sources: ['S132'],
      title: 'EC2: data protection standards',
      path: 'docs/procedures/ec2-data-protection.md',
      phase: 'post-incident',
    },
  ],
};
