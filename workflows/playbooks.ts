import type { PlaybookDescriptor } from './shared/descriptor.ts';
import { ebsSnapshotSharedPlaybook } from './ebs-snapshot-shared/playbook.ts';
import { ec2VmExportPlaybook } from './ec2-vm-export/playbook.ts';

/** The catalogue that the intake routes by. Another playbook adds one line here and one in index.ts. */
export const playbooks: PlaybookDescriptor[] = [ec2VmExportPlaybook, ebsSnapshotSharedPlaybook];
