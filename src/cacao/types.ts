/** What we write of CACAO Security Playbooks 2.0; property names are the standard's. */
export interface ExternalReference {
  name: string;
  source?: string;
  url?: string;
  external_id?: string;
}

export interface Command {
  type: 'manual';
  command: string;
  description?: string;
  playbook_activity?: string;
}

interface StepText {
  name: string;
  description?: string;
  external_references?: ExternalReference[];
}

type Next = { on_completion: string } | { on_success: string; on_failure: string };

export type Step =
  | { type: 'start'; name: string; on_completion: string }
  | { type: 'end'; name: string }
  | (StepText & { type: 'action'; agent: string; commands: Command[]; in_args?: string[]; out_args?: string[] } & Next)
  | (StepText & { type: 'if-condition'; condition: string; on_true: string; on_completion: string })
  | (StepText & { type: 'parallel'; next_steps: string[]; on_completion: string });

export interface Agent {
  type: 'group' | 'security-category';
  name: string;
  description: string;
  category?: string[];
}

export interface CacaoPlaybook {
  type: 'playbook';
  spec_version: 'cacao-2.0';
  id: string;
  name: string;
  description: string;
  playbook_types: string[];
  playbook_activities: string[];
  playbook_processing_summary: Record<string, boolean>;
  created_by: string;
  created: string;
  modified: string;
  labels: string[];
  external_references: ExternalReference[];
  playbook_variables: Record<string, { type: string; description: string; external: boolean }>;
  workflow_start: string;
  workflow: Record<string, Step>;
  agent_definitions: Record<string, Agent>;
}
