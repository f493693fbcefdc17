import type { Procedure } from '../shared/descriptor.ts';

const at = (name: string): string => `docs/procedures/${name}.md`;

/** What the playbook's page calls upon beside itself; each page says what is automated and what a person does. */
export const procedures: Procedure[] = [
  {
    sources: ['S77'],
    title: 'AWS data exfiltration: how to investigate',
    path: at('data-exfiltration-investigation'),
    phase: 'investigation',
  },
  { sources: ['S78'], title: 'CloudTrail: how to investigate', path: at('cloudtrail'), phase: 'investigation' },
  {
    sources: ['S79'],
    title: 'S3 bucket activity: how to analyse',
    path: at('s3-bucket-activity'),
    phase: 'investigation',
  },
  { sources: ['S80'], title: 'EC2 instance: how to investigate', path: at('ec2-instance'), phase: 'investigation' },
  {
    sources: ['S98'],
    title: 'User account: how to contain',
    path: at('user-account-containment'),
    phase: 'containment',
  },
  { sources: ['S119'], title: 'Post-incident review', path: at('post-incident-review'), phase: 'post-incident' },
  { sources: ['S128'], title: 'Incident response in general', path: at('incident-response'), phase: 'triage' },
  {
    sources: ['S131'],
    title: 'VM export: security guidelines',
    path: at('vm-export-security'),
    phase: 'post-incident',
  },
  {
    sources: ['S132'],
    title: 'EC2: data protection standards',
    path: at('ec2-data-protection'),
    phase: 'post-incident',
  },
];
