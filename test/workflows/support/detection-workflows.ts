// The real workflow of detection, beside incidents that close at once.
export { scheduledDetection } from '../../../workflows/detection/workflow.ts';
export { ec2VmExport } from './trivial-incident.ts';
