import { playbooks } from '../../workflows/playbooks.ts';
import { undoWorkflow } from '../domain/names.ts';

const types = [...playbooks.map(({ workflowType }) => workflowType), undoWorkflow];

/**
 * How Temporal finds incidents and their undos, and nothing that serves them. By the type, which each has from the start:
 * the search attribute `Playbook` is set when the workflow begins, and until then, in a storm or while the incident worker
 * is away, an incident would be on no list.
 */
export const incidentFilter = `WorkflowType IN (${types.map((type) => `'${type}'`).join(', ')})`;
