import { playbooks } from '../../workflows/playbooks.ts';

/**
 * How Temporal finds incidents and nothing that serves them. By the type, which each has from the start: the search
 * attribute `Playbook` is set when the workflow begins, and until then, in a storm or while the incident worker is away,
 * an incident would be on no list.
 */
export const incidentQuery = `WorkflowType IN (${playbooks.map(({ workflowType }) => `'${workflowType}'`).join(', ')})`;
