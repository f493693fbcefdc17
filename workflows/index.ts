import './stack-depth.ts';
// Every exported function is a workflow type; nothing else is exported here.
export { ec2VmExport } from './ec2-vm-export/workflow.ts';
export { ebsSnapshotShared } from './ebs-snapshot-shared/workflow.ts';
export { scheduledDetection } from './detection/workflow.ts';
export { alertTally } from './shared/alert-tally.ts';
export { correlation } from './shared/correlation.ts';
export { undoIncident } from './undo/workflow.ts';
export { archiveIncident } from './archive/workflow.ts';
export { incidentCutShort, watchIncidents } from './watch/workflow.ts';
