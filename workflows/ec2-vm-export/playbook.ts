import { exportEvents } from '../../src/domain/alert/alert.ts';
import { imageLoss } from '../../src/domain/report/loss-words.ts';
import type { PlaybookDescriptor } from '../shared/descriptor.ts';
import { exportFacts } from './export-facts.ts';
import { procedures } from './procedures.ts';
import { techniques } from './techniques.ts';

/** "AWS EC2 instance exported as VM" (S36–S46): its triggers and what it refers to. */
export const ec2VmExportPlaybook: PlaybookDescriptor = {
  id: 'ec2-vm-export',
  workflowType: 'ec2VmExport',
  title: 'AWS EC2 instance exported as VM',
  version: '1.0',
  maintainer: 'Detection & Response Team',
  events: exportEvents,
  eventSource: 'ec2.amazonaws.com',
  facts: exportFacts,
  techniques,
  references: [
    {
      title: 'Exporting an instance as a VM using VM Import/Export',
      url: 'https://docs.aws.amazon.com/vm-import/latest/userguide/vmexport.html',
    },
    {
      title: 'VM Import/Export: required permissions',
      url: 'https://docs.aws.amazon.com/vm-import/latest/userguide/required-permissions.html',
    },
    {
      title: 'Amazon S3 server access logging',
      url: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html',
    },
    {
      title: 'Amazon S3 server access log format',
      url: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html',
    },
    { title: 'ATT&CK T1537: Transfer Data to Cloud Account', url: 'https://attack.mitre.org/techniques/T1537/' },
    { title: 'ATT&CK T1005: Data from Local System', url: 'https://attack.mitre.org/techniques/T1005/' },
    {
      title: 'AWS Security Incident Response Technical Guide',
      url: 'https://docs.aws.amazon.com/security-ir/latest/userguide/security-incident-response-guide.html',
    },
  ],
  card: {
    incidentType: 'Data exfiltration risk',
    severities: ['medium', 'high'],
    lastUpdated: '2025-07-24',
    assumptions: [
      'AWS and CloudTrail logs',
      'the security tools of the organisation',
      'how EC2 exports machines as images',
    ],
    considerations: [
      'An export takes the whole machine along: operating system, applications, data.',
      'The image may hold private data, credentials and whatever else was on its disks.',
      'Migration, backup and development export machines, too.',
      'How bad it is depends on what the machine held and on who wanted it.',
    ],
  },
  loss: imageLoss,
  procedures,
};
