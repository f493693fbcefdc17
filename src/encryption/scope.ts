import { tallyWorkflowId, undoNamed } from '../domain/names.ts';

const tally = tallyWorkflowId('');
/** Workflows of which new ones begin all the time and which are about no single incident: one key for all of a kind. */
const kinds = ['correlation', 'soar-detection'];

/** What has no workflow. */
export const sharedScope = 'shared';
export const deadLetterScope = 'dead-letters';

/**
 * What shares one data key, and is erased together: an incident with its undos and the count of its further alerts. A
 * successor is an incident of its own.
 */
export function scopeOf(workflowId: string | undefined): string {
  if (workflowId === undefined) return sharedScope;
  const own = workflowId.startsWith(tally) ? workflowId.slice(tally.length) : workflowId;
  const incident = undoNamed(own)?.incident ?? own;
  return kinds.find((kind) => incident.startsWith(`${kind}/`)) ?? incident;
}
