/** What the intake has to know about a playbook to start it; data only. */
export interface PlaybookDescriptor {
  /** First part of its incidents' workflow ids. */
  id: string;
  /** Name of the exported workflow function. */
  workflowType: string;
  title: string;
  version: string;
  maintainer: string;
  /** CloudTrail events that open it. */
  events: readonly string[];
  eventSource: string;
  /** MITRE ATT&CK technique ids. */
  techniques: string[];
  references: { title: string; url: string }[];
}
