import { exportEvents } from '../../src/domain/alert.ts';
import type { PlaybookDescriptor } from '../shared/descriptor.ts';

/** "AWS EC2 instance exported as VM" (S36–S46): its triggers and what it refers to. */
export const ec2VmExportPlaybook: PlaybookDescriptor = {
  id: 'ec2-vm-export',
  workflowType: 'ec2VmExport',
  title: 'AWS EC2 instance exported as VM',
  version: '1.0',
  maintainer: 'Detection & Response Team',
  events: exportEvents,
  eventSource: 'ec2.amazonaws.com',
  // Exfiltration (TA0010) and Collection (TA0009): the seed's T1537 and T1005, and those of its successor.
  techniques: ['T1537', 'T1005', 'T1567.002', 'T1119', 'T1530'],
  references: [
    {
      title: 'Exporting an instance as a VM using VM Import/Export',
      url: 'https://docs.aws.amazon.com/vm-import/latest/userguide/vmexport.html',
    },
    {
      title: 'Amazon S3 server access log format',
      url: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html',
    },
    { title: 'ATT&CK T1537: Transfer Data to Cloud Account', url: 'https://attack.mitre.org/techniques/T1537/' },
    { title: 'ATT&CK T1005: Data from Local System', url: 'https://attack.mitre.org/techniques/T1005/' },
  ],
};
